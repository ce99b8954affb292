package letter

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// ErrClamd is what ScanClamd wraps when the scanner answered, but with
// something else than a verdict: the data are larger than its StreamMaxLength,
// or it is not clamd at all.
var ErrClamd = errors.New("scanner gave no verdict")

const (
	// clamdChunk is how much is sent under one length; clamd takes any size.
	clamdChunk = 64 << 10
	// clamdPatience bounds a scan for which the caller set no earlier deadline.
	clamdPatience = 2 * time.Minute
	// clamdReply bounds the answer, which is one line.
	clamdReply = 4 << 10
)

// ScanClamd has data looked through by a clamd at addr, unix:/path or host:port,
// and returns the name of what it found, "" for nothing. An error means that
// nothing is known about the data. The data leave the machine only if addr does.
//
// The protocol is INSTREAM of clamd(8): each chunk under its length in network
// order, a length of zero at the end, one answer ending in NUL.
func ScanClamd(ctx context.Context, addr string, data []byte) (virus string, err error) {
	ctx, cancel := context.WithTimeout(ctx, clamdPatience)
	defer cancel()
	network := "tcp"
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		network, addr = "unix", path
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return "", fmt.Errorf("dial clamd: %w", err)
	}
	defer conn.Close() // the verdict is read before; closing can only repeat an error known by then
	// A cancelled context ends a read or write under way.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return "", fmt.Errorf("scan by clamd: %w", err)
		}
	}

	sent := sendClamd(conn, data)
	// A clamd that has had enough answers and closes while we still write, so
	// its answer is worth more than our failure to write.
	reply, err := readClamd(conn)
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("scan by clamd: %w", ctx.Err())
	case reply == "" && sent != nil:
		return "", fmt.Errorf("scan by clamd: %w", sent)
	case reply == "" && err != nil:
		return "", fmt.Errorf("scan by clamd: %w", err)
	}
	return clamdVerdict(reply)
}

func sendClamd(w io.Writer, data []byte) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	for len(data) > 0 {
		n := min(len(data), clamdChunk)
		chunk := net.Buffers{binary.BigEndian.AppendUint32(nil, uint32(n)), data[:n]}
		if _, err := chunk.WriteTo(w); err != nil {
			return err
		}
		data = data[n:]
	}
	_, err := w.Write(make([]byte, 4))
	return err
}

// readClamd returns the answer without its NUL. An answer that broke off is no
// answer: "stream: OK" may be the beginning of a longer one.
func readClamd(r io.Reader) (string, error) {
	var reply []byte
	buf := make([]byte, 512)
	for len(reply) < clamdReply {
		n, err := r.Read(buf)
		reply = append(reply, buf[:n]...)
		if i := bytes.IndexByte(reply, 0); i >= 0 {
			return string(reply[:i]), nil
		}
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("%w: answer too long", ErrClamd)
}

func clamdVerdict(reply string) (string, error) {
	reply = strings.TrimSpace(reply)
	if reply == "stream: OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(strings.TrimPrefix(reply, "stream: "), " FOUND"); ok && name != "" {
		return cleanLine(fmt.Sprintf("%.100s", name)), nil
	}
	return "", fmt.Errorf("%w: %.200q", ErrClamd, reply)
}
