package letter

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// mboxMails lists the mails of an mbox, and the last error.
func mboxMails(list iter.Seq2[MboxMail, error]) (mails []string, err error) {
	for m, e := range list {
		if e != nil {
			err = e
			continue
		}
		mails = append(mails, string(m.Raw))
	}
	return mails, err
}

func TestReadMbox(t *testing.T) {
	t.Parallel()
	const from = "From zhang@mail.example Mon Nov 23 09:30:00 2026\n"
	long := strings.Repeat("长", 50_000)
	tests := []struct {
		name, text string
		want       []string
		err        error
	}{
		{"two", from + "Subject: a\n\none\n\n" + from + "Subject: b\n\ntwo\n", []string{"Subject: a\n\none\n", "Subject: b\n\ntwo\n"}, nil},
		{"no empty line at the end, none between", from + "Subject: a\n\none\n" + from + "Subject: b\n\ntwo", []string{"Subject: a\n\none\n" + from + "Subject: b\n\ntwo"}, nil},
		{"quoted", from + "Subject: a\n\n>From here\n>>From there\n> From afar\nFrom now on\n", []string{"Subject: a\n\nFrom here\n>From there\n> From afar\nFrom now on\n"}, nil},
		{"a sentence after an empty line", from + "Subject: a\n\nx\n\nFrom Monday on\nTo: you\n", []string{"Subject: a\n\nx\n\nFrom Monday on\nTo: you\n"}, nil},
		{"a date without a header behind it", from + "Subject: a\n\nx\n\n" + from + "no field\n", []string{"Subject: a\n\nx\n\n" + from + "no field\n"}, nil},
		{"Thunderbird", "From - Mon Nov 23 09:30:00 2026\nX-Mozilla-Status: 0001\n\na\n\nFrom \nSubject: b\n\nb\n", []string{"X-Mozilla-Status: 0001\n\na\n", "Subject: b\n\nb\n"}, nil},
		{"a zone", "From a@x  Thu Jan  1 8:00 +0800 2026\nSubject: a\n\na\n", []string{"Subject: a\n\na\n"}, nil},
		{"a long line", from + "Subject: " + long + "\n\n" + long + "\n\n" + from + "Subject: b\n\n", []string{"Subject: " + long + "\n\n" + long + "\n", "Subject: b\n"}, nil},
		{"empty", "", nil, nil},
		{"empty lines", "\n\n", nil, nil},
		{"a single mail", "Subject: a\n\nb\n", nil, ErrNotMbox},
		{"something else", "From here to eternity\n", nil, ErrNotMbox},
	}
	for _, test := range tests {
		for _, ending := range []string{"\n", "\r\n"} {
			t.Run(fmt.Sprintf("%s %q", test.name, ending), func(t *testing.T) {
				t.Parallel()
				turn := func(s string) string { return strings.ReplaceAll(s, "\n", ending) }
				got, err := mboxMails(ReadMbox(strings.NewReader(turn(test.text))))
				if !errors.Is(err, test.err) {
					t.Errorf("error %v, want %v", err, test.err)
				}
				var want []string
				for _, w := range test.want {
					want = append(want, turn(w))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("mails (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestReadMboxFaults(t *testing.T) {
	t.Parallel()
	const mail = "From a@x Mon Nov 23 09:30:00 2026\nSubject: a\n\nb\n\n"
	broken := errors.New("broken disk")
	got, err := mboxMails(ReadMbox(io.MultiReader(strings.NewReader(mail+mail), iotest.ErrReader(broken))))
	if len(got) != 1 || !errors.Is(err, broken) {
		t.Errorf("%d mails, %v", len(got), err)
	}
	n := 0
	for m := range ReadMbox(strings.NewReader(mail + mail)) {
		n++
		if want := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC); !m.Date.Equal(want) || m.Line != 1 {
			t.Errorf("date %v, line %d", m.Date, m.Line)
		}
		break
	}
	if n != 1 {
		t.Errorf("%d mails after enough", n)
	}
	large := mail + "From a@x Mon Nov 23 09:30:00 2026\nSubject: large\n\n"
	const most = 1 << 20
	got, err = mboxMails(readMbox(io.MultiReader(strings.NewReader(large), io.LimitReader(endless{}, most+1), strings.NewReader("\n\n"+mail)), most))
	if len(got) != 2 || !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large mail: %d others, %v", len(got), err)
	}
}

// endless is one line without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func FuzzReadMbox(f *testing.F) {
	f.Add([]byte("From a@x Mon Nov 23 09:30:00 2026\nSubject: a\n\n>From b\n\nFrom \nTo: c\n\n"))
	f.Add([]byte("\n\nFrom - Thu Jan 1 8:00 +0800 2026\r\nA: b\r\n\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		size := 0
		for m, err := range ReadMbox(strings.NewReader(string(data))) {
			if err == nil {
				size += len(m.Raw)
			}
		}
		if size > len(data) {
			t.Errorf("%d bytes out of %d", size, len(data))
		}
	})
}

func TestArrived(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header, want string
	}{
		"received":      {"Received: from a by mx;\r\n Tue, 3 Mar 2026 08:00:00 +0800 (CST)\r\nReceived: from b by a; Mon, 2 Mar 2026 08:00:00 +0800\r\nDate: Sun, 1 Mar 2026 08:00:00 +0800\r\n", "2026-03-03T00:00:00Z"},
		"date":          {"Date: Sun, 1 Mar 2026 08:00:00 +0800\r\n", "2026-03-01T00:00:00Z"},
		"bad received":  {"Received: from a by mx\r\nReceived: from b by a; Mon, 2 Mar 2026 08:00:00 +0800\r\nDate: Sun, 1 Mar 2026 08:00:00 +0800\r\n", "2026-03-01T00:00:00Z"},
		"nothing there": {"Subject: a\r\n", ""},
	} {
		l := Parse([]byte(test.header + "\r\ntext"))
		got := ""
		if at, ok := l.Arrived(); ok {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
