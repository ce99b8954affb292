package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// hung is how long the tick loop may be silent before the daemon counts as
// hung: its longest sleep, the longest patience of a transaction, and a margin
// for a morning's reports.
const hung = longestTick + patience + 2*time.Minute

// manager is the service manager as the daemon sees it. The words are those of
// sd_notify(3).
type manager struct {
	tell  func(state string) error // nil: nobody asks
	every time.Duration            // the watchdog's interval, 0 for none
	log   *slog.Logger
	last  atomic.Int64 // when the tick loop last turned, in Unix nanoseconds
}

func (m *manager) say(state string) {
	if m.tell == nil {
		return
	}
	if err := m.tell(state); err != nil {
		m.log.Warn("notify the service manager", "err", err)
	}
}

func (m *manager) ready()    { m.say("READY=1\nSTATUS=at work") }
func (m *manager) stopping() { m.say("STOPPING=1\nSTATUS=finishing what is under way") }

// reloading carries the time by the monotonic clock, which services of the kind
// notify-reload must send.
func (m *manager) reloading() {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		m.log.Warn("read the monotonic clock", "err", err)
		return
	}
	m.say(fmt.Sprintf("RELOADING=1\nMONOTONIC_USEC=%d", now.Nano()/1000))
}

// beat notes that the tick loop turns.
func (m *manager) beat() { m.last.Store(time.Now().UnixNano()) }

// watch feeds the watchdog while the tick loop turns. A register that does not
// answer makes ticks fail and not hang: starting the daemon anew would not help
// then, and readyz tells.
func (m *manager) watch(ctx context.Context) error {
	if m.tell == nil || m.every <= 0 {
		<-ctx.Done()
		return nil
	}
	// sd_watchdog_enabled(3): notify at half of the interval.
	pulse := time.NewTicker(m.every / 2)
	defer pulse.Stop()
	for {
		if silent := time.Since(time.Unix(0, m.last.Load())); silent < hung {
			m.say("WATCHDOG=1")
		} else {
			m.log.Error("the tick loop hangs, the watchdog is not fed", "dur", silent)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-pulse.C:
		}
	}
}
