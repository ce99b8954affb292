package letter_test

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-message"
	"golang.org/x/text/encoding/simplifiedchinese"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/practice"
)

// readAll reads a mail as a user of this package does: the tree, the text, who
// wrote, the kind, and the bytes of every attachment.
func readAll(raw []byte) int {
	l := letter.Parse(raw)
	n := len(l.Text)
	for _, a := range l.Attachments {
		n += len(a.Data())
	}
	return n
}

// walkMessage reads every entity of a mail and decodes every body and the
// header fields of the top by go-message, its own charsets made to know GB18030.
func walkMessage(b *testing.B, raw []byte) int {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"From", "To", "Subject"} {
		if _, err := e.Header.Text(name); err != nil {
			b.Fatal(err)
		}
	}
	n := 0
	err = e.Walk(func(_ []int, e *message.Entity, err error) error {
		if err != nil {
			return err
		}
		if e.MultipartReader() != nil {
			return nil
		}
		data, err := io.ReadAll(e.Body)
		n += len(data)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// gbReader is how go-message is taught the Chinese charsets.
func gbReader(charset string, in io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(charset), "gb") {
		return simplifiedchinese.GB18030.NewDecoder().Reader(in), nil
	}
	return in, nil
}

// spent is the processor time that this process took, the collector's included:
// on a machine that does other work as well, the clock compares nothing.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkBacklog reads the same mailbox by us and by go-message in turn, and
// reports how many times as fast we are.
func BenchmarkBacklog(b *testing.B) {
	const turns = 10 // of each before the other's
	message.CharsetReader = gbReader
	mails := practice.Backlog(200, 1)
	small := mails[:0:0]
	for _, raw := range mails {
		if len(raw) < 100<<10 {
			small = append(small, raw)
		}
	}
	for _, set := range []struct {
		name  string
		mails [][]byte
	}{{"all", mails}, {"texts", small}} {
		size := int64(0)
		for _, raw := range set.mails {
			size += int64(len(raw))
		}
		b.Run(set.name+"/both", func(b *testing.B) {
			var ours, theirs time.Duration
			for b.Loop() {
				start := spent(b)
				for range turns {
					for _, raw := range set.mails {
						readAll(raw)
					}
				}
				runtime.GC() // each pays for its own garbage
				middle := spent(b)
				for range turns {
					for _, raw := range set.mails {
						walkMessage(b, raw)
					}
				}
				runtime.GC()
				ours, theirs = ours+middle-start, theirs+spent(b)-middle
			}
			mb := float64(size) * float64(b.N*turns) / 1e6
			b.ReportMetric(mb/ours.Seconds(), "ours-MB/s")
			b.ReportMetric(mb/theirs.Seconds(), "go-message-MB/s")
			b.ReportMetric(theirs.Seconds()/ours.Seconds(), "times-as-fast")
		})
		b.Run(set.name+"/letter", func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, raw := range set.mails {
					readAll(raw)
				}
			}
		})
		b.Run(set.name+"/go-message", func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, raw := range set.mails {
					walkMessage(b, raw)
				}
			}
		})
	}
}
