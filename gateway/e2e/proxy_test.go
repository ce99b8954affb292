package e2e

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// wire is the network between a daemon and PostgreSQL: a proxy on loopback that
// can stall, as a network does that drops every packet, or cut a connection in
// the instant after the server got a COMMIT and before the client hears of it.
type wire struct {
	t        *testing.T
	listener net.Listener
	server   string // the server's socket
	database string

	cuts atomic.Int64 // commits still to be cut

	mu      sync.Mutex
	stalled chan struct{} // closed while data flows
	hands   sync.WaitGroup
	conns   map[net.Conn]bool
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, listener: l, server: filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432"), database: u.Path, stalled: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(w.stalled)
	w.hands.Go(w.accept)
	t.Cleanup(func() {
		_ = l.Close() // ends accept
		w.resume()
		w.mu.Lock()
		for c := range w.conns {
			_ = c.Close() // ends its copying
		}
		w.mu.Unlock()
		w.hands.Wait()
	})
	return w
}

// dsn is how a daemon reaches the database through the wire.
func (w *wire) dsn() string {
	return (&url.URL{Scheme: "postgres", User: url.User("postgres"), Host: w.listener.Addr().String(), Path: w.database, RawQuery: "sslmode=disable"}).String()
}

func (w *wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", w.server)
		if err != nil {
			_ = client.Close() // the server is stopped: so is its network, as far as a client can tell
			continue
		}
		w.mu.Lock()
		w.conns[client], w.conns[server] = true, true
		w.mu.Unlock()
		w.hands.Go(func() { w.copy(server, client, true) })
		w.hands.Go(func() { w.copy(client, server, false) })
	}
}

// copy carries what comes from one side to the other.
func (w *wire) copy(to, from net.Conn, asking bool) {
	defer func() {
		_, _ = to.Close(), from.Close()
		w.mu.Lock()
		delete(w.conns, to)
		delete(w.conns, from)
		w.mu.Unlock()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			<-w.flowing()
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
			if asking && bytes.Contains(buf[:n], []byte("COMMIT\x00")) && w.cuts.Add(-1) >= 0 {
				// The server gets to read it: a close alone would discard nothing
				// that was written, but the answer must not come through.
				_ = from.Close()
				_, _ = io.Copy(io.Discard, onlyReads{to}) // until the server is done with the session
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// onlyReads half-closes the connection first, so that the server sees the end.
type onlyReads struct{ net.Conn }

func (c onlyReads) Read(p []byte) (int, error) {
	if u, ok := c.Conn.(*net.UnixConn); ok {
		if err := u.CloseWrite(); err != nil && !errors.Is(err, net.ErrClosed) {
			return 0, err
		}
	}
	return c.Conn.Read(p)
}

func (w *wire) flowing() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stalled
}

// stall stops all data, both ways, and closes nothing.
func (w *wire) stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stalled = make(chan struct{})
}

func (w *wire) resume() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.stalled:
	default:
		close(w.stalled)
	}
}
