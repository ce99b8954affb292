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

// checkLinear asks that work on times as much takes no more than three times as
// long as the small work done that often; the square would take times as long.
// What disturbs a measurement only lengthens it: the shortest of several counts,
// taken in turn, and only a ratio that stays bad fails.
func checkLinear(t *testing.T, n, times int, prepare func(n int) func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	small, large := prepare(n), prepare(times*n)
	least := func(best time.Duration, rounds int, work func()) time.Duration {
		start := threadTime(t)
		for range rounds {
			work()
		}
		if d := threadTime(t) - start; best < 0 || d < best {
			return d
		}
		return best
	}
	// Some kernels count in ticks of 4 ms.
	const tick = 5 * time.Millisecond
	a, b := time.Duration(-1), time.Duration(-1)
	for range 10 {
		a, b = least(a, times, small), least(b, 1, large)
		if b <= 3*max(a, tick) {
			return
		}
	}
	t.Errorf("%d times %d take %v, %d take %v", times, n, a, times*n, b)
}
