package mailbox

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"xinfangd/gateway/mailbox/dovecottest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// sink is a desk that calls everything durable and keeps nothing.
type sink struct {
	register
	letters int
}

func (s *sink) Prepare(_ context.Context, batch []Letter) Receive {
	return func(context.Context) ([]bool, error) {
		durable := make([]bool, len(batch))
		for i := range durable {
			durable[i] = true
		}
		s.letters += len(batch)
		return durable, nil
	}
}

const benchLetters = 2000

func benchServer(b *testing.B) *dovecottest.Server {
	s := dovecottest.Start(b, dovecottest.Options{})
	for i := range benchLetters {
		s.Deliver(b, "box", fmt.Appendf(nil, "Subject: letter %d\r\n\r\n%s", i, strings.Repeat("ten bytes.", 500)))
	}
	s.Mails(b, "box", "") // the server's own first look at the folder
	b.ResetTimer()
	return s
}

// BenchmarkPull reads a backlog from Dovecot; see BenchmarkBareFetch.
func BenchmarkPull(b *testing.B) {
	s := benchServer(b)
	for range b.N {
		desk := &sink{}
		box, err := New(dovecotAccount(s), desk, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if n, err := box.Pull(b.Context()); n != benchLetters || err != nil {
			b.Fatalf("Pull = %d, %v", n, err)
		}
		box.Close()
	}
	b.ReportMetric(float64(b.N*benchLetters)/b.Elapsed().Seconds(), "letters/s")
}

// BenchmarkBareFetch is the least that can be done: one FETCH of everything,
// nothing checked.
func BenchmarkBareFetch(b *testing.B) {
	s := benchServer(b)
	for range b.N {
		c, err := imapclient.DialInsecure(s.Addr, nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Login("box", "secret").Wait(); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Select("INBOX", nil).Wait(); err != nil {
			b.Fatal(err)
		}
		got, err := c.Fetch(imap.SeqSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{
			UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
		}).Collect()
		if err != nil || len(got) != benchLetters {
			b.Fatalf("fetched %d, %v", len(got), err)
		}
		c.Close()
	}
	b.ReportMetric(float64(b.N*benchLetters)/b.Elapsed().Seconds(), "letters/s")
}
