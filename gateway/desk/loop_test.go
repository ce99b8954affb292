package desk

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/store"
)

// otherBody makes an office another body's gateway.
func otherBody(s *Settings) {
	move := func(address string) string { return strings.Replace(address, "@jxw.example", "@chengguan.example", 1) }
	s.Domain, s.Authority.MessageIDDomain = "chengguan.example", "chengguan.example"
	s.Boxes = slices.Clone(s.Boxes)
	for i := range s.Boxes {
		s.Boxes[i].Address = move(s.Boxes[i].Address)
	}
	for _, list := range []*[]string{&s.Authority.PlusAddresses, &s.Authority.OwnAddresses} {
		moved := []string{}
		for _, a := range *list {
			moved = append(moved, move(a))
		}
		*list = moved
	}
}

// pour carries what an office wrote to the other one into its public box, as it
// is or without the field that says what it is, and counts it.
func pour(from, to *office, domain string, stripped bool) (n int) {
	for address, box := range maps.Clone(from.inboxes) {
		if !strings.HasSuffix(address, domain) {
			continue
		}
		delete(from.inboxes, address)
		for _, m := range box {
			raw := m.raw
			if stripped {
				raw = withoutField(raw, "Auto-Submitted")
			}
			to.deliver("director", raw)
			n++
		}
	}
	return n
}

// withoutField is a mail after a gateway that drops what it does not know.
func withoutField(raw []byte, name string) []byte {
	var kept []byte
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	for line := range bytes.SplitAfterSeq(head, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte(name+":")) {
			kept = append(kept, line...)
		}
	}
	return slices.Concat(kept, []byte("\r\n\r\n"), body)
}

// TestLoopsDie: whoever answers us by machine, another gateway of our own kind
// among them, is not answered for ever (RFC 3834 section 2; caps, spec mail
// section 6).
func TestLoopsDie(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		for _, tt := range []struct {
			name     string
			stripped bool
			most     int
		}{{"as it is", false, 1}, {"without Auto-Submitted", true, 10}} {
			t.Run(tt.name, func(t *testing.T) {
				ours, theirs := newOffice(t, open(t), nil), newOffice(t, open(t), otherBody)
				ours.person("director", "zhuren@chengguan.example", "", "停电", "请贵委转办：小区停电三天。")
				total := 0
				for range 40 {
					n := pour(ours, theirs, "@chengguan.example", tt.stripped) + pour(theirs, ours, "@jxw.example", tt.stripped)
					total += n
					if n == 0 {
						break
					}
					clearInboxes(ours)
					clearInboxes(theirs)
				}
				if total == 0 || total > tt.most {
					t.Errorf("%d mails between the gateways, want 1 to %d", total, tt.most)
				}
			})
		}
		if strings.HasSuffix(t.Name(), "/postgres") {
			return // what follows does not depend on the database
		}
		t.Run("responder", func(t *testing.T) {
			o := newOffice(t, open(t), nil)
			o.person("director", wang, "王某", "停电", "小区停电三天。")
			got := 0
			for i := range 40 {
				box := o.inboxes[wang]
				if len(box) == 0 {
					break
				}
				clearInboxes(o)
				for _, m := range box {
					got++
					// It has no sign of a machine but that it answers everything.
					out := letter.Outgoing{From: letter.Address{Address: wang}, To: m.l.ReplyTo, Subject: "Re: " + m.l.Subject, MessageID: fmt.Sprintf("r%d@mail.example", i),
						InReplyTo: []string{m.l.MessageID}, Date: o.now, Text: "来信收到，谢谢。"}
					raw, err := out.Bytes()
					if err != nil {
						t.Fatal(err)
					}
					o.deliver("director", raw)
				}
			}
			if got == 0 || got > 6 {
				t.Errorf("the responder got %d mails", got)
			}
		})
		for _, tt := range []struct {
			name string
			make func(m *mail) []byte
		}{
			{"our own mail again", func(m *mail) []byte { return m.raw }},
			{"our own mail without its signs", func(m *mail) []byte { return withoutField(m.raw, "Auto-Submitted") }},
			{"forwarded by a rule", func(m *mail) []byte {
				return append([]byte("Resent-From: <"+wang+">\r\nResent-To: <zhuren@jxw.example>\r\nDelivered-To: "+wang+"\r\n"), m.raw...)
			}},
			{"a list's copy", func(m *mail) []byte {
				return append([]byte("List-Id: <all.chengguan.example>\r\nPrecedence: list\r\n"), withoutField(withoutField(m.raw, "Auto-Submitted"), "From")...)
			}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				o := newOffice(t, open(t), nil)
				o.person("director", wang, "王某", "停电", "小区停电三天。")
				receipt := o.take(wang, "receipt")
				clearInboxes(o)
				o.deliver("director", tt.make(receipt))
				o.leftovers()
			})
		}
	})
}
