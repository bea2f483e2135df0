// Package frozen gives tests the clock of a process that is frozen now and then, as Lambda freezes an environment between two
// invocations: the calendar goes on, and the clock that only runs forward stands still.
//
// Normal use, in a test of something that is remembered for a while:
//
//	clock := frozen.New()
//	cache := NewCache(table, clock.Now, time.Minute)
//	…
//	clock.Freeze(time.Minute)
//
// From one reading to the next Time.Sub and its like see no time pass, unless one of the two has lost its monotonic part.
//
// It refuses times that have no such part, as those of package synctest, and a Go that keeps it elsewhere: it panics rather than
// be a clock like any other.
package frozen

import (
	"fmt"
	"reflect"
	"time"
	"unsafe"
)

// Clock stands still unless it is told to go on. It is not safe for concurrent use with Freeze. Make it with New.
type Clock struct{ now time.Time }

// New returns a clock that shows the present time.
func New() *Clock { return &Clock{now: time.Now()} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time { return c.now }

// Freeze lets the calendar go on for as long as the environment is frozen.
func (c *Clock) Freeze(frozen time.Duration) {
	before := c.now
	c.now = before.Add(frozen)
	*monotonic(&c.now) -= int64(frozen)
	if passed, gone := c.now.Sub(before), c.now.Round(0).Sub(before.Round(0)); passed != 0 || gone != frozen {
		panic(fmt.Sprintf("frozen: the monotonic part went on by %v, the calendar by %v, want 0 and %v", passed, gone, frozen))
	}
}

// monotonic is the part of a time that package time lets nobody set.
func monotonic(t *time.Time) *int64 {
	field, ok := reflect.TypeFor[time.Time]().FieldByName("ext")
	if !ok || field.Type.Kind() != reflect.Int64 {
		panic("frozen: this Go keeps the monotonic part of a time elsewhere")
	}
	return (*int64)(unsafe.Add(unsafe.Pointer(t), field.Offset))
}
