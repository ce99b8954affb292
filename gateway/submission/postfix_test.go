package submission

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/submission/postfixtest"
)

func TestPostfix(t *testing.T) {
	t.Parallel()
	mta := postfixtest.Start(t, postfixtest.Options{
		Access: map[string]string{
			"gone@jxw.example":  "550 5.1.1 no such user",
			"later@jxw.example": "451 4.2.1 come back",
		},
		Prepend: map[string]string{
			"wsxf@jxw.example": "Authentication-Results: mx.jxw.example; dmarc=pass header.from=jxw.example",
		},
		SizeLimit: 100_000,
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	mixed := letter(1, "dlc@jxw.example", "gone@jxw.example", "later@jxw.example", "citizen+tag@mail.example")
	refused := letter(2, "gone@jxw.example")
	large := letter(3, "dlc@jxw.example")
	large.Raw = append(large.Raw, bytes.Repeat([]byte("line\r\n"), 50_000)...)
	q := newHeap(mixed, refused, large, letter(4, "dlc@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": {Host: mta.Host, Port: mta.Port, TLS: TLSNone}}, Options{})
	stepAt(t, sub, morning)

	for id, want := range map[int64]struct{ state, says string }{
		1: {StateQueued, "451 4.2.1"}, // the one that was put off
		2: {StateFailed, "550 5.1.1"},
		3: {StateFailed, "552 5.3.4"},
		4: {StateSent, ""},
	} {
		if o := q.last(t, id); o.State != want.state || !strings.Contains(o.Error, want.says) {
			t.Errorf("item %d: %+v, want %s %q", id, o, want.state, want.says)
		}
	}
	for address, n := range map[string]int{"dlc@jxw.example": 2, "citizen@mail.example": 1} {
		got, err := mta.Wait(ctx, address, n)
		if err != nil || len(got) != n {
			t.Fatalf("%s: %d mails, %v; want %d", address, len(got), err, n)
		}
		// A Maildir holds LF; the body's own dot line must have survived.
		if !bytes.Contains(got[0], []byte("\n.dot line\nend\n")) {
			t.Errorf("%s received\n%s", address, got[0])
		}
		ar, rcvd := bytes.Index(got[0], []byte("\nAuthentication-Results:")), bytes.Index(got[0], []byte("\nReceived:"))
		if ar < 0 || rcvd < ar {
			t.Errorf("%s: the MX's result does not stand above its Received field:\n%s", address, got[0])
		}
	}
	if got := q.rows[1].item.To; len(got) != 1 || got[0] != "later@jxw.example" {
		t.Errorf("outstanding %v, want only the one put off", got)
	}
}
