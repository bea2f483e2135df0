package chunks

import "runtime/debug"

// BoundMemory makes the collector work harder where a file has the largest rows, whose tokens take a hundred times their bytes, so
// that a process that analyses files stays within 128 MB, 48 of which are not the collector's to count. The usual file needs a third
// of the limit and does not notice. It is for a main, or for a command of one.
func BoundMemory() {
	debug.SetMemoryLimit(80 << 20)
	debug.SetGCPercent(50)
}
