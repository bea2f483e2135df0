//go:build race

package sentiment_test

// raceEnabled: under the race detector a sync.Pool drops what it is given at random.
const raceEnabled = true
