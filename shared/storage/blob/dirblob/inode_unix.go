//go:build unix

package dirblob

import (
	"io/fs"
	"syscall"
)

// inode tells apart two files of equal size and time, as unpacked archives have them.
func inode(stat fs.FileInfo) uint64 {
	if system, ok := stat.Sys().(*syscall.Stat_t); ok {
		return uint64(system.Ino) //nolint:unconvert // not uint64 on every system
	}
	return 0
}
