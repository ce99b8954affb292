package submission

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// wire is the TCP connection below go-smtp and TLS. It exists because go-smtp
// v0.25.1 sets no deadline while it writes a body: a peer that stops reading
// would hold the session for ever. It also remembers whether a write failed,
// which tells a lost final dot from an unanswered one.
type wire struct {
	net.Conn
	writeTimeout time.Duration
	writeFailed  atomic.Bool

	mu      sync.Mutex
	stopped bool        // no new DATA may start
	inData  bool        // a DATA is under way and may end
	grace   *time.Timer // cuts a DATA that does not end in time
	closed  bool
}

func (w *wire) Write(b []byte) (int, error) {
	if err := w.SetWriteDeadline(time.Now().Add(w.writeTimeout)); err != nil {
		w.writeFailed.Store(true)
		return 0, err
	}
	n, err := w.Conn.Write(b)
	if err != nil || n < len(b) {
		w.writeFailed.Store(true)
	}
	return n, err
}

// Close may be called from any goroutine and more than once.
func (w *wire) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closeLocked()
}

func (w *wire) closeLocked() error {
	if w.closed {
		return nil
	}
	w.closed = true
	if w.grace != nil {
		w.grace.Stop()
	}
	return w.Conn.Close()
}

// beginData reports whether a DATA may start, and from then on lets it end.
func (w *wire) beginData() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped || w.closed {
		return false
	}
	w.inData = true
	return true
}

func (w *wire) endData() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inData = false
	if w.stopped {
		_ = w.closeLocked() // the process is going down; nothing to report it to
	}
}

// stop cuts the connection, or gives a DATA that is under way the grace to end.
func (w *wire) stop(grace time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	w.stopped = true
	if !w.inData {
		_ = w.closeLocked() // cutting is the purpose
		return
	}
	w.grace = time.AfterFunc(grace, func() { _ = w.Close() })
}

// guard ties the connection to ctx and to an absolute limit; the returned
// function unties it.
func (w *wire) guard(ctx context.Context, limit, grace time.Duration) (release func()) {
	unhook := context.AfterFunc(ctx, func() { w.stop(grace) })
	cut := time.AfterFunc(limit, func() { _ = w.Close() })
	return func() {
		unhook()
		cut.Stop()
	}
}

// greeted is a connection whose greeting was already read: go-smtp wants to see
// one, and after STARTTLS there is none.
type greeted struct {
	net.Conn
	pending []byte
}

func (g *greeted) Read(b []byte) (int, error) {
	if len(g.pending) > 0 {
		n := copy(b, g.pending)
		g.pending = g.pending[n:]
		return n, nil
	}
	return g.Conn.Read(b)
}
