package letter

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fakeClamd speaks INSTREAM on conn: it reads until the end or until limit
// bytes, then answers. It returns what it was sent.
func fakeClamd(conn net.Conn, limit int, answer func(data []byte) string) ([]byte, error) {
	defer conn.Close()
	hello := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, hello); err != nil || string(hello) != "zINSTREAM\x00" {
		return nil, errors.Join(err, errors.New("no INSTREAM: "+string(hello)))
	}
	var data []byte
	for {
		var size uint32
		if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
			return nil, err
		}
		if size > clamdChunk {
			return nil, errors.New("chunk too large")
		}
		if size == 0 || limit > 0 && len(data)+int(size) > limit {
			break
		}
		chunk := make([]byte, size)
		if _, err := io.ReadFull(conn, chunk); err != nil {
			return nil, err
		}
		data = append(data, chunk...)
	}
	_, err := io.WriteString(conn, answer(data))
	return data, err
}

func TestScanClamd(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("0123456789abcdef"), 20_000)
	tests := []struct {
		name    string
		data    []byte
		limit   int
		answer  string
		want    string
		wantErr error
	}{
		{name: "clean", data: []byte("text"), answer: "stream: OK\x00"},
		{name: "empty", answer: "stream: OK\x00"},
		{name: "many chunks", data: big, answer: "stream: OK\x00"},
		{name: "found", data: []byte("bad"), answer: "stream: Win.Test.EICAR_HDB-1 FOUND\x00", want: "Win.Test.EICAR_HDB-1"},
		{name: "too large", data: big, limit: 100_000, answer: "INSTREAM size limit exceeded. ERROR\x00", wantErr: ErrClamd},
		{name: "nonsense", data: []byte("x"), answer: "220 smtp ready\x00", wantErr: ErrClamd},
		{name: "nothing found is no name", data: []byte("x"), answer: "stream:  FOUND\x00", wantErr: ErrClamd},
		{name: "cut off", data: []byte("x"), answer: "stream: OK", wantErr: io.ErrUnexpectedEOF},
		{name: "hung up", data: []byte("x"), answer: "", wantErr: io.ErrUnexpectedEOF},
		{name: "endless", data: []byte("x"), answer: string(bytes.Repeat([]byte("y"), 5000)), wantErr: ErrClamd},
	}
	for _, tt := range tests {
		for _, network := range []string{"tcp", "unix"} {
			t.Run(tt.name+"/"+network, func(t *testing.T) {
				t.Parallel()
				listen := "127.0.0.1:0"
				if network == "unix" {
					listen = filepath.Join(t.TempDir(), "s")
				}
				l, err := net.Listen(network, listen)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { l.Close() })
				addr := l.Addr().String()
				if network == "unix" {
					addr = "unix:" + addr
				}
				got := make(chan []byte, 1)
				go func() {
					defer close(got)
					conn, err := l.Accept()
					if err != nil {
						return
					}
					data, err := fakeClamd(conn, tt.limit, func([]byte) string { return tt.answer })
					if err == nil {
						got <- data
					}
				}()
				virus, err := ScanClamd(t.Context(), addr, tt.data)
				if virus != tt.want {
					t.Errorf("virus = %q, want %q", virus, tt.want)
				}
				// The kernel may turn a closed connection into a reset, which
				// hides the answer; an error it is in any case.
				if tt.limit > 0 {
					if err == nil {
						t.Error("no error for data over the limit")
					}
					return
				}
				if !errors.Is(err, tt.wantErr) {
					t.Errorf("error = %v, want %v", err, tt.wantErr)
				}
				if data := <-got; !bytes.Equal(data, tt.data) {
					t.Errorf("scanner got %d bytes, want %d", len(data), len(tt.data))
				}
			})
		}
	}
}

func TestScanClamdCancelled(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	accepted := make(chan struct{})
	go func() {
		defer close(accepted)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		cancel()
		// Silent until the other side gives up.
		_, _ = io.Copy(io.Discard, conn)
	}()
	if _, err := ScanClamd(ctx, l.Addr().String(), []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
	<-accepted

	ctx, cancel = context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := ScanClamd(ctx, l.Addr().String(), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestScanClamdAbsent(t *testing.T) {
	t.Parallel()
	if _, err := ScanClamd(t.Context(), "unix:"+filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("no error without a scanner")
	}
}

// TestRealClamd has a clamd of our own, with a signature of our own, look through
// data.
func TestRealClamd(t *testing.T) {
	if os.Getenv("XINFANGD_TEST_SERVERS") != "1" {
		t.Skip("NOT TESTED: a real clamd (set XINFANGD_TEST_SERVERS=1 where clamav-daemon is installed)")
	}
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	const mark = "a signature that only this test has"
	for name, text := range map[string]string{
		"own.ndb":    "Test.Own:0:*:" + hex.EncodeToString([]byte(mark)) + "\n",
		"clamd.conf": "DatabaseDirectory " + dir + "\nLocalSocket " + socket + "\nForeground yes\nStreamMaxLength 1M\nTemporaryDirectory " + dir + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	program, err := exec.LookPath("clamd")
	if err != nil {
		program = "/usr/sbin/clamd"
	}
	cmd := exec.Command(program, "--config-file="+filepath.Join(dir, "clamd.conf"))
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		<-ended
	})
	for {
		if _, err := ScanClamd(t.Context(), "unix:"+socket, nil); err == nil {
			break
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("clamd ended: %v\n%s", err, said.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	for _, tt := range []struct {
		name, data, want string
		err              error
	}{
		{"clean", "a letter", "", nil},
		{"found", "before " + mark + " behind", "Test.Own.UNOFFICIAL", nil},
		{"large", strings.Repeat("0123456789", 90_000), "", nil},
		{"too large", strings.Repeat("0123456789", 200_000), "", ErrClamd},
	} {
		got, err := ScanClamd(t.Context(), "unix:"+socket, []byte(tt.data))
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %q, %v; want %q, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}
