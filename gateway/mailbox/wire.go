package mailbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Why a wire is closed by its own side.
var (
	errSilent = errors.New("server was silent for too long")
	errSlow   = errors.New("server took too long")
)

// wire is a connection that never blocks for ever. go-imap has no timeout for an
// answer that does not come, and grants a literal five minutes in all, which is
// too little for a large letter on a slow line. So the wire ignores the
// library's deadlines and keeps two of its own while an answer is expected: one
// for silence, pushed on by every byte, and one for the whole exchange. Between
// exchanges it waits without limit; TCP's keep-alive watches then.
type wire struct {
	net.Conn
	patience time.Duration

	mu    sync.Mutex
	until time.Time   // end of the exchange; zero between exchanges
	timer *time.Timer // aborts at until, even if nobody reads
	cause error       // why we closed it

	aborted chan struct{} // closed by abort
}

func newWire(conn net.Conn, patience time.Duration) *wire {
	return &wire{Conn: conn, patience: patience, aborted: make(chan struct{})}
}

// expect begins an exchange, or extends it.
func (w *wire) expect(within time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = time.Now().Add(within)
	w.stopTimer()
	w.timer = time.AfterFunc(within, func() { w.abort(errSlow) })
	w.setReadDeadline()
}

// rest ends an exchange.
func (w *wire) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = time.Time{}
	w.stopTimer()
	w.setReadDeadline()
}

func (w *wire) stopTimer() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

// setReadDeadline also wakes a Read that is already blocked. An error means that
// the connection is closed, which Read reports.
func (w *wire) setReadDeadline() {
	deadline := time.Time{}
	if !w.until.IsZero() {
		deadline = time.Now().Add(w.patience)
		if w.until.Before(deadline) {
			deadline = w.until
		}
	}
	_ = w.Conn.SetReadDeadline(deadline)
}

func (w *wire) Read(b []byte) (int, error) {
	w.mu.Lock()
	w.setReadDeadline()
	w.mu.Unlock()
	n, err := w.Conn.Read(b)
	return n, w.check(err)
}

// Write writes in pieces, each of which has its own deadline.
func (w *wire) Write(b []byte) (written int, err error) {
	const piece = 32 << 10
	for {
		part := b[written:min(written+piece, len(b))]
		_ = w.Conn.SetWriteDeadline(time.Now().Add(w.patience))
		n, err := w.Conn.Write(part)
		written += n
		if err != nil || written == len(b) {
			return written, w.check(err)
		}
	}
}

// check closes the socket after a timeout: go-imap would otherwise try to read
// once more, for another 30 seconds.
func (w *wire) check(err error) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	w.abort(errSilent)
	return fmt.Errorf("%w: %w", errSilent, err)
}

// abort closes the socket, which ends every pending call, and notes why.
func (w *wire) abort(cause error) {
	w.mu.Lock()
	if w.cause == nil {
		w.cause = cause
		close(w.aborted)
	}
	w.mu.Unlock()
	_ = w.Conn.Close() // a second close says nothing of interest
}

// reason returns why our side closed the wire, or nil.
func (w *wire) reason() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}

// The library's own deadlines are without effect; see wire.

func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }
