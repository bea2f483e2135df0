package linear

import (
	"syscall"
	"time"
	"unsafe"
)

const threadTime = 3 // CLOCK_THREAD_CPUTIME_ID, which package syscall does not name

// spent is the processor time that this thread has had: what other programs take meanwhile is none of it.
func spent() time.Duration {
	var at syscall.Timespec
	if _, _, code := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadTime, uintptr(unsafe.Pointer(&at)), 0); code != 0 {
		panic(code) // it fails for a clock that there is not
	}
	return time.Duration(at.Nano())
}
