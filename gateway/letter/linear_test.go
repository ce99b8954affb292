package letter

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// threadTime is the processor time that this thread took. A busy machine takes
// the processor away, which a clock counts and this does not.
func threadTime(t *testing.T) time.Duration {
	t.Helper()
	const rusageThread = 1 // RUSAGE_THREAD of getrusage(2), which package syscall lacks
	var u syscall.Rusage
	if err := syscall.Getrusage(rusageThread, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// checkLinear asks that work on times as much takes no more than three times
// that as long. The square would take times as often again. What disturbs a
// measurement only lengthens it: the shortest of several counts, taken in turn,
// and only a ratio that stays bad fails.
func checkLinear(t *testing.T, n, times int, prepare func(n int) func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	small, large := prepare(n), prepare(times*n)
	least := func(best time.Duration, work func()) time.Duration {
		start := threadTime(t)
		work()
		if d := threadTime(t) - start; best == 0 || d < best {
			return d
		}
		return best
	}
	// Below this the counter's own steps are what is measured.
	const step = 100 * time.Microsecond
	var a, b time.Duration
	for range 10 {
		a, b = least(a, small), least(b, large)
		if b <= time.Duration(3*times)*max(a, step) {
			return
		}
	}
	t.Errorf("%d take %v, %d take %v", n, a, times*n, b)
}
