package desk

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// siege is an office with a draft that waits for approval, and the mails that
// a forger may have got hold of.
type siege struct {
	*office
	receipt  *mail // the citizen's
	dispatch *mail // the liaison's
	yi, bing *mail // the approval mails
	confirm  *mail // a request for confirmation, when one is under way
	foreign  *mail // yi's approval mail of another case, when there is one
}

func besiege(t *testing.T, s *store.Store, change func(*testing.T, *Settings)) *siege {
	t.Helper()
	o := newOffice(t, s, func(s *Settings) {
		if change != nil {
			change(t, s)
		}
	})
	dispatch := o.dispatched()
	o.answer(reply{from: "power@jxw.example", to: dispatch, text: "经核查，变压器已更换。"})
	o.take(wang, "acceptance")
	o.take("power@jxw.example", "transcript")
	o.state(1, petition.Drafted)
	g := &siege{office: o, receipt: o.read[wang][0], dispatch: dispatch, yi: o.take("yi@jxw.example", "approval")}
	if len(o.inboxes["bing@jxw.example"]) > 0 { // barred in some attacks
		g.bing = o.take("bing@jxw.example", "approval")
	}
	return g
}

// forge fills in a template of testdata/spoof, as it arrives.
func (s *siege) forge(name string) []byte {
	s.t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "spoof", name+".eml"))
	if err != nil {
		s.t.Fatal(err)
	}
	values := []string{"{{NUMBER}}", "SFJX-2026-000001", "{{CODE}}", s.yi.code(), "{{MSGID}}", s.yi.l.MessageID, "{{OWNTEXT}}", s.yi.l.Text,
		"{{RECEIPTMSGID}}", s.receipt.l.MessageID, "{{DISPATCHMSGID}}", s.dispatch.l.MessageID}
	if s.bing != nil {
		values = append(values, "{{OTHERCODE}}", s.bing.code(), "{{OTHERMSGID}}", s.bing.l.MessageID)
	}
	if s.confirm != nil {
		values = append(values, "{{CONFIRMMSGID}}", s.confirm.l.MessageID)
	}
	if s.foreign != nil {
		values = append(values, "{{FOREIGNCODE}}", s.foreign.code())
	}
	for i := 1; i < len(values); i += 2 {
		if values[i] == "" {
			s.t.Fatalf("nothing to put in the place of %s", values[i-1])
		}
	}
	text := strings.NewReplacer(values...).Replace(string(raw))
	if strings.Contains(text, "{{") {
		s.t.Fatalf("a place is left empty:\n%s", text)
	}
	return bytes.ReplaceAll([]byte(strings.ReplaceAll(text, "\r\n", "\n")), []byte("\n"), []byte("\r\n"))
}

// What comes of a forgery, as "address kind" of every mail that it causes.
var (
	reported  = []string{"jia@jxw.example suspicious", "zhiban@jxw.example suspicious"}
	explained = []string{"yi@jxw.example transcript"}
	asked     = []string{"yi@jxw.example confirm"}
	told      = []string{"yi@jxw.example approval", "yi@jxw.example transcript"}
)

// forgery is one mail that must not release the draft.
type forgery struct {
	name   string
	box    string // where it arrives; the work box by default
	mails  []string
	change func(*testing.T, *Settings)
	before func(*siege)
	// after is what the deceived do next; it too must release nothing.
	after func(*siege)
	// approver and with are who approves in the end and the mail they answer;
	// by default the person who was impersonated, with the first approval mail.
	approver string
	with     func(*siege) *mail
}

func forgeries() []forgery {
	newest := func(address string) func(*siege) *mail {
		return func(s *siege) *mail { return s.newest(address, "approval") }
	}
	return []forgery{
		// The leg authenticated is missing or made up.
		{name: "authres-of-another-server", mails: reported},
		{name: "authres-of-a-lookalike-server", mails: reported},
		{name: "authres-below-our-received", mails: reported},
		{name: "authres-in-a-comment", mails: reported},
		{name: "authres-says-fail", mails: reported},
		{name: "authres-missing", mails: reported},
		{name: "authres-missing-code-typed", mails: reported},
		{name: "authres-and-code-missing", mails: reported},
		// The leg roster is made up.
		{name: "two-from-fields", mails: reported},
		{name: "two-from-fields-ours-second", mails: reported},
		{name: "from-with-two-addresses", mails: reported},
		{name: "display-name-with-code", mails: reported},
		{name: "display-name-only", box: "director", mails: []string{"jia@jxw.example triage", "mallory@evil.example receipt"}},
		{name: "stranger-with-code", mails: reported},
		{name: "lookalike-cyrillic", mails: reported},
		{name: "lookalike-fullwidth", mails: reported},
		{name: "lookalike-domain", mails: reported},
		// The leg code is missing: the person at the roster's address is asked.
		{name: "code-missing", mails: explained},
		{name: "number-only", mails: asked},
		{name: "number-in-the-command", mails: asked},
		// The leg code is another's, or made up.
		{name: "code-of-another-approver", mails: reported},
		{name: "code-of-another-approver-typed", mails: reported},
		{name: "code-guessed", mails: reported},
		{name: "code-guessed-in-message-id", mails: reported},
		{name: "code-of-another-case", before: (*siege).anotherCase, mails: asked},
		{name: "liaison-with-approval-code", mails: reported},
		{name: "handler-with-approval-code", mails: reported},
		{name: "citizen-with-approval-code", box: "director", mails: reported},
		{name: "confirmation-by-another", before: (*siege).askToConfirm, mails: reported},
		{name: "confirmation-unauthenticated", before: (*siege).askToConfirm, mails: reported},
		// The right person at the wrong time, or the wrong person altogether.
		{name: "code-stale-after-amendment", before: (*siege).amendedByBing, mails: told, with: newest("yi@jxw.example")},
		{name: "drafter-approving", before: (*siege).amendedByYi, mails: explained, after: func(s *siege) {
			s.answer(reply{from: "yi@jxw.example", to: s.newest("yi@jxw.example", "approval"), text: "批准"})
		}, approver: "bing@jxw.example", with: newest("bing@jxw.example")},
		{name: "drafter-approving-by-number", before: (*siege).amendedByYi, mails: asked, after: (*siege).confirmed,
			approver: "bing@jxw.example", with: newest("bing@jxw.example")},
		{name: "code-of-a-dispatch", mails: []string{"power@jxw.example transcript"}},
		{name: "citizen-approving", box: "director", mails: []string{"jia@jxw.example triage"}}, // a supplement
		{name: "handler-without-code", mails: []string{"jia@jxw.example transcript"}},
		{name: "leader-not-asked", mails: []string{"fgld@jxw.example confirm"}, after: func(s *siege) {
			s.answer(reply{from: "fgld@jxw.example", to: s.newest("fgld@jxw.example", "confirm"), text: "确认"})
		}},
		// What is no command at all.
		{name: "command-in-the-quote", mails: explained},
		{name: "command-only-in-the-quote", mails: explained},
		{name: "own-text-coming-back", mails: explained},
		{name: "command-in-an-attachment", mails: explained},
		{name: "command-only-in-an-attachment", mails: explained},
		{name: "command-in-a-forwarded-mail", mails: explained},
		{name: "command-in-hidden-html", mails: explained},
		{name: "command-only-in-hidden-html", mails: explained},
		{name: "word-that-begins-with-the-verb", mails: explained},
		{name: "approval-with-a-condition", mails: explained},
		{name: "contradicting-decisions", mails: explained},
		// What is never obeyed.
		{name: "automatic-reply"},
		{name: "automatic-reply-qq"},
		{name: "list-mail"},
		{name: "vacation-subject"},
		{name: "null-return-path"},
		{name: "our-own-address"},
		{name: "code-used-before", before: func(s *siege) { s.approve("yi@jxw.example", s.yi, "bing@jxw.example") }, mails: explained},
	}
}

func TestForgedApprovals(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/spoof/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	if rows := slices.Concat(forgeries(), disguises()); len(files) != len(rows) {
		t.Errorf("%d mails in testdata, %d rows", len(files), len(rows))
	}
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		for i, f := range slices.Concat(forgeries(), disguises()) {
			// Whom to obey does not depend on the database: PostgreSQL is asked
			// about a part of the rows, to keep the whole run short.
			if sampled(t) && i%9 != 0 {
				continue
			}
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				f.run(besiege(t, open(t), f.change))
			})
		}
	})
}

func (f forgery) run(s *siege) {
	if f.before != nil {
		f.before(s)
	}
	s.putAway()
	before := s.look()
	box := f.box
	if box == "" {
		box = "desk"
	}
	s.deliver(box, s.forge(f.name))
	if diff := cmp.Diff(slices.Sorted(slices.Values(f.mails)), s.answers()); diff != "" {
		s.t.Errorf("mails caused (-want +got):\n%s", diff)
	}
	after := s.look()
	wantSuspicious := before.suspicious
	if slices.Contains(f.mails, "jia@jxw.example suspicious") {
		wantSuspicious++
	}
	if after.suspicious != wantSuspicious {
		s.t.Errorf("%d suspicious entries in the ledger of the case, want %d", after.suspicious, wantSuspicious)
	}
	s.unchanged(before)
	s.helpless()
	s.putAway()
	if f.after != nil {
		f.after(s)
		s.unchanged(before)
		s.putAway()
	}
	f.release(s, before)
	s.putAway()
	s.sound()
}

// release lets the legitimate approver have the last word: exactly one answer,
// byte for byte what was approved.
func (f forgery) release(s *siege, seen sight) {
	approver, approval := "yi@jxw.example", s.yi
	if f.approver != "" {
		approver = f.approver
	}
	if f.with != nil {
		approval = f.with(s)
	}
	if seen.c.State == petition.Drafted {
		s.answer(reply{from: approver, to: approval, text: "批准"})
	}
	c := s.state(1, petition.Answered)
	draft := c.Draft()
	if draft.ApprovedBy != approver {
		s.t.Errorf("approved by %q, want %q", draft.ApprovedBy, approver)
	}
	if last := seen.c.Drafts[len(seen.c.Drafts)-1]; draft.Digest != last.Digest {
		s.t.Errorf("approved the draft %s, was asked about %s", draft.Digest, last.Digest)
	}
	end := s.look()
	if len(end.answers) != 1 {
		s.t.Fatalf("%d answers were queued, want 1", len(end.answers))
	}
	answer := s.newest(wang, "answer")
	if got := letter.MessageDigest(answer.raw); got != draft.Digest {
		s.t.Errorf("sent %s, approved %s", got, draft.Digest)
	}
}

// sight is what the register shows of the case under attack.
type sight struct {
	c          petition.Case
	answers    []int64 // outgoing rows to the citizen that release a draft
	suspicious int
}

func (s *siege) look() sight {
	s.t.Helper()
	var seen sight
	err := s.store.View(s.t.Context(), func(tx *store.Tx) error {
		var err error
		if seen.c, err = tx.Case("SFJX-2026-000001"); err != nil {
			return err
		}
		rows, err := tx.ListOutgoing(store.OutgoingFilter{Kinds: []string{"answer", "refusal"}})
		if err != nil {
			return err
		}
		for _, r := range rows {
			seen.answers = append(seen.answers, r.ID)
		}
		entries, err := tx.Entries(seen.c.Number)
		for _, e := range entries {
			if e.Kind == petition.EvSuspicious {
				seen.suspicious++
			}
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return seen
}

// unchanged fails when anything was decided since.
func (s *siege) unchanged(before sight) {
	s.t.Helper()
	now := s.look()
	if now.c.State != before.c.State {
		s.t.Errorf("the case is %q, was %q", now.c.State, before.c.State)
	}
	if diff := cmp.Diff(before.c.Drafts, now.c.Drafts); diff != "" {
		s.t.Errorf("drafts (-before +now):\n%s", diff)
	}
	if diff := cmp.Diff(before.answers, now.answers); diff != "" {
		s.t.Errorf("answers queued (-before +now):\n%s", diff)
	}
}

// helpless fails when an unread mail helps a forger: a report from which the
// command could be repeated, or a code in the hands of somebody outside.
func (s *siege) helpless() {
	s.t.Helper()
	for address, box := range s.inboxes {
		for _, m := range box {
			shown := m.shown()
			if m.kind == "suspicious" {
				for _, word := range []string{"批准", "同意", "确认"} {
					if strings.Contains(shown, word) {
						s.t.Errorf("the report to %s says %s:\n%s", address, word, m.l.Text)
					}
				}
			}
			if m.kind != "suspicious" && strings.HasSuffix(address, "@jxw.example") {
				continue
			}
			if len(command.Codes(shown)) > 0 {
				s.t.Errorf("the %s to %s shows a code:\n%s", m.kind, address, m.l.Text)
			}
			for _, held := range []*mail{s.yi, s.bing, s.dispatch, s.confirm, s.foreign} {
				if held != nil && strings.Contains(strings.ToUpper(strings.ReplaceAll(shown, "-", "")), strings.ReplaceAll(held.code(), "-", "")) {
					s.t.Errorf("the %s to %s shows the code of %s", m.kind, address, held.l.Subject)
				}
			}
		}
	}
}

// shown is everything that a mail shows: header and every part, decoded.
func (m *mail) shown() string {
	var b strings.Builder
	for _, f := range m.l.Fields {
		b.WriteString(f.Value + "\n")
	}
	b.WriteString(m.l.Subject + "\n" + m.l.Text + "\n")
	for _, part := range m.l.Root.Children {
		b.WriteString(part.Text() + "\n")
	}
	return b.String()
}

// answers are the unread mails, as "address kind".
func (s *siege) answers() []string {
	var list []string
	for address, box := range s.inboxes {
		for _, m := range box {
			list = append(list, address+" "+m.kind)
		}
	}
	slices.Sort(list)
	return list
}

// putAway marks everything read.
func (s *siege) putAway() {
	for address, box := range s.inboxes {
		s.read[address] = append(s.read[address], box...)
		delete(s.inboxes, address)
	}
}

// newest is the latest mail of a kind that somebody got.
func (s *siege) newest(address, kind string) *mail {
	s.t.Helper()
	for _, m := range slices.Backward(slices.Concat(s.read[address], s.inboxes[address])) {
		if m.kind == kind {
			return m
		}
	}
	s.t.Fatalf("%s never got mail of kind %s", address, kind)
	return nil
}

// askToConfirm lets yi approve by a fresh mail, which waits for 确认.
func (s *siege) askToConfirm() {
	s.t.Helper()
	s.answer(reply{from: "yi@jxw.example", text: "批准 1", bare: true})
	s.confirm = s.take("yi@jxw.example", "confirm")
}

// confirmed lets yi confirm what the gateway asked yi about.
func (s *siege) confirmed() {
	s.t.Helper()
	s.answer(reply{from: "yi@jxw.example", to: s.newest("yi@jxw.example", "confirm"), text: "确认"})
}

func (s *siege) amendedByYi() {
	s.answer(reply{from: "yi@jxw.example", to: s.yi, text: "修改\n经核查，变压器已于3月2日更换。"})
}

func (s *siege) amendedByBing() {
	s.answer(reply{from: "bing@jxw.example", to: s.bing, text: "修改\n经核查，变压器已于3月2日更换。"})
}

// anotherCase brings a second case before the approvers.
func (s *siege) anotherCase() {
	s.person("director", "li@mail.example", "李某", "停电", "我家也停电了，请恢复供电。")
	s.answer(reply{from: "power@jxw.example", to: s.newest("power@jxw.example", "dispatch"), text: "经核查，线路已修复。"})
	s.foreign = s.newest("yi@jxw.example", "approval")
	if s.foreign == s.yi {
		s.t.Fatal("the second case has no draft")
	}
}
