package desk

import (
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// TestNobodyElseSees: over a confidential case that accuses a division, everybody
// of the roster, and people outside, ask by every verb that reads, and get the
// morning's mails: who may not see the case gets neither its number nor a word
// of it, and who may and asks for it is answered.
func TestNobodyElseSees(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Books = true
			// Of the accused division: one of its own, and one who is an approver too.
			power := &s.Policy.Roster.Divisions[0]
			power.Liaisons = append(power.Liaisons, petition.Person{Name: "审核员丙", Address: "bing@jxw.example"})
		})
		o.person("director", wang, "王翀", "举报电力处乱收费", "我是王翀，我举报电力处翡翠小区乱收费。")
		o.answer(reply{from: "jia@jxw.example", to: o.inboxes["jia@jxw.example"][0], text: "分办 监察室"})
		c := o.state(1, petition.Dispatched)
		if !c.Confidential || len(c.Accused) != 1 {
			t.Fatalf("confidential %v, accused %v", c.Confidential, c.Accused)
		}
		roster := o.desk.settings.Load().Policy.Roster
		people := []string{"stranger@evil.example", "xxzx@jxw.example", "fgld@jxw.example", "zyld@jxw.example", "zhiban@jxw.example"}
		for _, m := range roster.Office {
			people = append(people, m.Address)
		}
		for _, d := range roster.Divisions {
			people = append(people, d.ID+"@jxw.example", d.Head.Address)
		}
		saw := func(address string) (yes bool) {
			for _, m := range o.sent {
				if petition.SameAddress(m.l.To[0].Address, address) {
					for _, word := range []string{"翡翠", "王翀", wang, "乱收费", string(c.Number)} {
						yes = yes || strings.Contains(strings.ReplaceAll(m.shown(), "查询 "+string(c.Number), ""), word) && !petition.SameAddress(address, wang)
					}
				}
			}
			return yes
		}
		clearInboxes(o)
		for _, address := range people {
			o.sent = nil
			for _, text := range []string{"待办", "查询 " + string(c.Number), "统计", "帮助"} {
				o.answer(reply{from: address, text: text, bare: true, subject: "询问"})
			}
			if may := petition.MaySee(c, address, roster); may != saw(address) {
				t.Errorf("%s may see the case: %v; saw of it: %v", address, may, !may)
			}
		}
		o.sent = nil
		o.until(o.now.AddDate(0, 1, 2)) // digests, chases, the law's list, the month's assessment
		if len(o.sent) < 10 {
			t.Errorf("only %d mails in a month", len(o.sent))
		}
		for _, address := range people {
			if saw(address) && !petition.MaySee(c, address, roster) {
				t.Errorf("%s hears of the case in the course of a month", address)
			}
		}
	})
}
