package desk

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// disguises are forgeries that look like another's mail, another's verb or a
// code in its place, and those by people who may not decide.
func disguises() []forgery {
	newest := func(s *siege) *mail { return s.newest("yi@jxw.example", "approval") }
	confirmedBy := func(address string) func(*siege) {
		return func(s *siege) { s.answer(reply{from: address, to: s.newest(address, "confirm"), text: "确认"}) }
	}
	return []forgery{
		// Fields beside From that name a person (RFC 5322 sections 3.6.2, 3.6.6).
		{name: "resent-from-ours", mails: reported},
		{name: "resent-by-a-stranger", mails: reported},
		{name: "sender-field-ours", mails: reported},
		{name: "sender-field-of-a-stranger", mails: reported},
		// The envelope says nothing about From.
		{name: "return-path-ours", mails: reported},
		{name: "envelope-of-a-stranger", mails: reported},
		{name: "envelope-with-our-domain-inside", mails: reported},
		// A subject that would end its line.
		{name: "subject-with-encoded-line-ends", mails: reported},
		{name: "subject-with-encoded-line-ends-q", mails: reported},
		{name: "subject-with-bare-line-ends", mails: reported},
		// What looks like the verb and is another word.
		{name: "verb-right-to-left", mails: explained},
		{name: "verb-negated-right-to-left", mails: explained},
		{name: "verb-with-a-letter-hidden", mails: explained},
		{name: "verb-lookalike-huai", mails: explained},
		{name: "verb-lookalike-pi", mails: explained},
		{name: "verb-lookalike-cyrillic", mails: explained},
		{name: "verb-lookalike-latin", mails: explained},
		// A code where nobody reads it, another's, or too old.
		{name: "code-of-another-approver-quoted", mails: reported},
		{name: "code-only-in-a-comment", mails: asked},
		{name: "code-only-in-a-hidden-element", mails: asked},
		{name: "code-only-in-an-attachment", mails: asked},
		{name: "command-in-a-comment-code-in-sight", mails: explained},
		{name: "code-expired", before: func(s *siege) { s.until(s.now.AddDate(0, 0, 61)) }, mails: told, with: newest},
		// People who may not decide on this case.
		{name: "leader-not-asked-with-approval-code", mails: reported},
		{name: "recused-with-anothers-code", change: recused, mails: reported},
		{name: "recused-by-number", change: recused, mails: []string{"bing@jxw.example confirm"}, after: confirmedBy("bing@jxw.example")},
		{name: "of-the-accused-with-anothers-code", change: accused, mails: reported},
		{name: "of-the-accused-by-number", change: accused, mails: []string{"bing@jxw.example transcript"}, after: func(s *siege) {
			m := s.newest("bing@jxw.example", "transcript")
			m.must(s.t, "没有该编号的来信，或者您无权查看")
			m.mustNot(s.t, "停电", "待审核", wang)
		}},
		// Addresses that look like ours.
		{name: "address-with-an-ideographic-dot", mails: reported},
		{name: "address-in-punycode", mails: reported},
		{name: "address-in-unicode", mails: reported},
		{name: "address-with-a-trailing-dot", mails: reported},
		{name: "address-with-a-fullwidth-at", mails: reported},
		{name: "address-within-an-address", mails: reported},
		{name: "address-quoted-in-an-address", mails: reported},
		{name: "address-by-a-route", mails: reported},
		{name: "address-by-percent", mails: reported},
		{name: "address-in-a-comment", mails: reported},
		{name: "address-with-a-zero-width-mark", mails: reported},
		{name: "address-below-ours", mails: reported},
		{name: "address-in-an-encoded-word", mails: reported},
		{name: "address-as-a-group", mails: reported},
	}
}

// recused lets a rule bar bing from letters like the one under attack.
func recused(t *testing.T, s *Settings) {
	s.Rules = powerCut(t, "recuse: [bing@jxw.example]")
}

// accused puts bing into a division that letters like the one under attack accuse.
func accused(t *testing.T, s *Settings) {
	s.Rules = powerCut(t, "accuses: [economy]")
	economy := &s.Policy.Roster.Divisions[1]
	economy.Liaisons = append(economy.Liaisons, petition.Person{Name: "审核员丙", Address: "bing@jxw.example"})
}

// powerCut is the test office's rule on power cuts, with one more consequence.
func powerCut(t *testing.T, then string) *rules.Set {
	t.Helper()
	path := t.TempDir() + "/rules.yaml"
	write(t, path, strings.Replace(testRules, "then: {division: power, category: 供电}", "then: {division: power, category: 供电, "+then+"}", 1))
	set, findings := rules.Load(path)
	for _, f := range findings {
		if f.Severity == "error" {
			t.Fatal(f)
		}
	}
	return set
}

// guessing is a stranger, or somebody who writes a citizen's address, trying
// query codes until the gateway falls silent.
func guessing(o *office, from string) {
	o.t.Helper()
	for i := range wrongTries + 1 {
		o.person("director", from, "", "查询", fmt.Sprintf("查询 1 %010d", i))
	}
	o.leftovers() // not a word comes back
}

// TestExhaustedGuesses: whoever guesses query codes gets silence, for the right
// one too; the citizen and everybody else are answered as ever, even when it was
// the citizen's own address that the guesser wrote.
func TestExhaustedGuesses(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		receipt := o.read[wang][0]
		query := between(receipt.l.Text, "查询码：")
		asks := func(from, text string) { o.person("director", from, "", "查询", text) }
		guessing(o, "mallory@evil.example")
		asks("mallory@evil.example", "查询 1 "+query)
		asks("mallory@evil.example", "撤回 1 "+query)
		o.state(1, petition.Dispatched)
		o.leftovers()
		asks(wang, "查询 1 "+query)
		o.take(wang, "status")
		asks("neighbour@mail.example", "查询 1 "+query)
		o.take(wang, "status")
		// The guesser writes the citizen's address: what the thread proves needs no code.
		guessing(o, wang)
		o.answer(reply{from: wang, to: receipt, text: "查询", plain: true, box: "director"})
		o.take(wang, "status").must(t, query)
		o.answer(reply{from: wang, to: receipt, text: "撤回", plain: true, box: "director"})
		o.take(wang, "transcript")
		o.take("power@jxw.example", "transcript")
		o.state(1, petition.Withdrawn)
		// The next day the guesser has new tries, and no more than those.
		o.now = o.now.AddDate(0, 0, 1)
		asks("mallory@evil.example", "查询 1 "+query)
		o.take(wang, "status")
	})
}

// TestLockedOutByNobody: where approvals need a one-time password, wrong ones
// from somebody who has only the approver's address, or only a mail of theirs,
// do not lock the approver out.
func TestLockedOutByNobody(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Authority.RequireVerb = map[command.Verb][]authority.Leg{command.Approve: {authority.LegCode, authority.LegAuthenticated, authority.LegOTP}}
		})
		secret, _, err := authority.Enrol("示范市经济和信息化委员会", "yi@jxw.example")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.store.Update(t.Context(), o.now, func(tx *store.Tx) error { return tx.SetOTPSecret("yi@jxw.example", secret) }); err != nil {
			t.Fatal(err)
		}
		yi, bing := o.drafted()
		password, err := totp.GenerateCode(secret, o.now)
		if err != nil {
			t.Fatal(err)
		}
		wrong := "000000"
		if password == wrong {
			wrong = "111111"
		}
		for _, forged := range []reply{
			{from: "yi@jxw.example", text: "批准 1 " + wrong, bare: true, plain: true},
			{from: "yi@jxw.example", to: yi, text: "批准 " + wrong, plain: true},
			{from: "yi@jxw.example", to: bing, text: "批准 " + wrong, plain: true},
			{from: "bing@jxw.example", to: yi, text: "批准 " + wrong},
			{from: "mallory@evil.example", to: yi, text: "批准 " + wrong},
		} {
			for range 6 {
				o.answer(forged)
				for address, box := range o.inboxes {
					for range box { // the first tries of an address are reported at once
						o.take(address, "suspicious")
					}
				}
			}
		}
		if seen := (&siege{office: o}).look(); seen.suspicious != 30 {
			t.Errorf("%d tries are in the ledger, want 30", seen.suspicious)
		}
		o.state(1, petition.Drafted)
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准 " + password})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take(wang, "answer")
		o.state(1, petition.Answered)
		o.sound()
	})
}
