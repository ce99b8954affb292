package postfixtest

import (
	"errors"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// StartDNS answers TXT questions on loopback by UDP, as a domain's name server
// does for DKIM keys, until the test ends; every other name does not exist. It
// returns its address, host:port.
func StartDNS(t testing.TB, records map[string]string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("start dns: %v", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			if answer, err := answerTXT(buf[:n], records); err == nil {
				// A lost answer is asked for again.
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Log(err)
		}
		<-done
	})
	return conn.LocalAddr().String()
}

func answerTXT(query []byte, records map[string]string) ([]byte, error) {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	text, found := records[strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))]
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: header.ID, Response: true, Authoritative: true, RecursionDesired: header.RecursionDesired,
		RecursionAvailable: true}, Questions: []dnsmessage.Question{q}}
	switch {
	case !found:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeTXT:
		var parts []string // RFC 1035 section 3.3: a character-string holds 255 octets
		for len(text) > 255 {
			parts, text = append(parts, text[:255]), text[255:]
		}
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
			Body: &dnsmessage.TXTResource{TXT: append(parts, text)}}}
	}
	return m.Pack()
}
