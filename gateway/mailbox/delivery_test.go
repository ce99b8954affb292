package mailbox

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A letter whose size was not asked for may be large: it is not fetched while
// the desk has others in hand.
func TestUnsurveyedLetterIsHeldAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(bodies(3)...), &register{}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 3 || err != nil {
			t.Fatalf("Pull = %d, %v, want 3 letters", n, err)
		}
		fetches := 0
		srv.on["UID FETCH"] = func(_ *faultConn, _, args string) bool {
			if strings.Contains(args, "BODY") {
				if fetches++; b.under != nil {
					t.Errorf("UID FETCH %s while the desk has letters in hand", args)
				}
			}
			return false
		}
		b.progress.narrow = 6 // a batch up to there failed
		for _, body := range []string{"a", "b", strings.Repeat("c", 9000)} {
			srv.arrive(body, false)
		}
		if n, err := b.Pull(t.Context()); n != 3 || err != nil || fetches != 3 {
			t.Errorf("Pull = %d, %v, %d fetched, want 3 letters", n, err, fetches)
		}
	})
}

// panicking is a desk that fails beyond all expectation, early or late.
type panicking struct {
	*register
	early bool
}

func (p panicking) Prepare(context.Context, []Letter) Receive {
	if p.early {
		panic("out of order")
	}
	return func(context.Context) ([]bool, error) { panic("out of order") }
}

func TestPanicUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var srv *faultServer
		var b *Box
		for _, early := range []bool{true, false} {
			desk := &register{}
			srv = newFaultServer(bodies(3)...)
			b = srv.box(t, testAccount(), panicking{desk, early})
			defer b.Close()
			if _, err := b.Pull(t.Context()); err == nil || !strings.Contains(err.Error(), "panic: out of order") || strings.Contains(err.Error(), "goroutine") {
				t.Errorf("Pull = %v, want the panic, without the stack", err)
			}
			if desk.cursor.UID != 0 {
				t.Errorf("cursor = %v, want none", desk.cursor)
			}
		}

		// The edge itself panics: no delivery is left for the next pull, which may
		// have another folder before it.
		d := &delivery{done: make(chan struct{})}
		b.under = d
		time.AfterFunc(time.Second, func() { close(d.done) })
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a pull without a session did not panic")
				}
			}()
			_, _ = b.take(t.Context(), nil, []uint32{1})
		}()
		select {
		case <-d.done:
		default:
			t.Error("the delivery goes on behind the pull")
		}
		if b.under != nil {
			t.Error("the delivery is left to the next pull")
		}
	})
}

// halting is a desk that receives letters only once the next are prepared.
type halting struct {
	*register
	prepared []chan struct{} // of each batch
	n        int
}

func (h *halting) Prepare(_ context.Context, batch []Letter) Receive {
	close(h.prepared[h.n])
	h.n++
	next := h.n
	return func(context.Context) ([]bool, error) {
		if next < len(h.prepared) {
			<-h.prepared[next]
		}
		return h.take(batch)
	}
}

// TestPreparedBeside: letters are prepared while those before are received, and
// received one batch behind the other.
func TestPreparedBeside(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		desk := &halting{register: &register{}, prepared: []chan struct{}{make(chan struct{}), make(chan struct{}), make(chan struct{})}}
		b := newFaultServer(bodies(120)...).box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 120 || err != nil {
			t.Errorf("Pull = %d, %v, want 120 letters", n, err)
		}
		if len(desk.batches) != 3 {
			t.Fatalf("batches %v", desk.batches)
		}
		for i, batch := range desk.batches {
			if batch[0] != uint32(50*i+1) {
				t.Errorf("batch %d is %v", i, batch)
			}
		}
	})
}
