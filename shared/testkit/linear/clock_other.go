//go:build !linux

package linear

import "time"

var start = time.Now()

// spent is the time that has passed: not every system says what a thread has had of it.
func spent() time.Duration { return time.Since(start) }
