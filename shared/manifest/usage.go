package manifest

import (
	"fmt"
	"hash/fnv"
)

// sharedKeys is how many keys of the usage plan stand for the people and clients that are added while a stage runs. They
// cannot be listed when it is deployed: each shares a key, and its rate, with about one in so many of the others.
const sharedKeys = 8

// UsageKeys returns the keys that the stage's usage plan has beside those of its listed clients.
func UsageKeys(stage string) []string {
	keys := make([]string, sharedKeys)
	for i := range keys {
		keys[i] = fmt.Sprintf("customerai-%s-principals-%d", stage, i+1)
	}
	return keys
}

// UsageKey returns the key that a principal is counted by that is no listed client.
func UsageKey(stage, principal string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(principal)) // a hash does not fail
	return UsageKeys(stage)[hash.Sum32()%sharedKeys]
}
