package submission

import (
	"net"
	"testing"
	"time"
)

// TestProbe lets a server be away while there is nothing to send: health must
// know, and must know again when it is back, without a mail and without a login.
func TestProbe(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	s.password = "secret"
	account := s.account()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port := splitAddr(t, gone.Addr())
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	dead := account
	dead.Host, dead.Port = host, port
	sub := newSubmitter(t, newHeap(), map[string]Account{"": account, "dead": dead}, Options{})

	for _, l := range sub.lines {
		sub.greet(t.Context(), l)
	}
	status := sub.Status()
	if !status[0].Since.IsZero() || status[1].Since.IsZero() || status[1].Error == "" {
		t.Fatalf("after a greeting: %+v", status)
	}
	if !status[1].Until.IsZero() {
		t.Errorf("a probe closed the gate until %v", status[1].Until)
	}

	l := sub.lines["dead"]
	l.account = account
	l.fail(&Error{Class: Unreachable, Command: cmdDial}, morning, []time.Duration{time.Hour})
	sub.greet(t.Context(), l)
	if st := l.snapshot(); !st.Since.IsZero() || !st.Until.IsZero() {
		t.Errorf("the server answers, and the account still rests: %+v", st)
	}

	l.fail(&Error{Class: Refused, Command: cmdAuth, Code: 535}, morning, []time.Duration{time.Hour})
	sub.greet(t.Context(), l)
	if st := l.snapshot(); !st.Refused || st.Until.IsZero() {
		t.Errorf("a greeting made a refused login good: %+v", st)
	}
}
