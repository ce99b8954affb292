package desk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"xinfangd/gateway/dossier"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// look notes how the cases stand, for what is sent next: a mail was written
// either as they stood before or as they stand.
func (w *walk) look() {
	w.t.Helper()
	w.before = w.now2
	w.now2 = map[petition.Number]petition.Case{}
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{})
		for _, c := range cases {
			w.now2[c.Number] = c
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ledger()
}

// adopt gives the secrets of a letter to the case that it came to. The words of
// an order belong to the case that it names, whatever mail it answers.
func (w *walk) adopt(at arrivalOf) {
	w.t.Helper()
	if at.mail.target != "" && !w.outsider(at.mail.from) {
		for _, i := range at.mail.secrets {
			w.secrets[i].number = at.mail.target
		}
		return
	}
	digest := sha256.Sum256(at.raw)
	for _, i := range at.mail.secrets {
		w.secrets[i].letter = hex.EncodeToString(digest[:])
		w.settleCase(&w.secrets[i])
	}
}

// settleCase looks up the case that the letter with a secret lies with: one that
// waits for 确认 finds it later.
func (w *walk) settleCase(s *secret) {
	w.t.Helper()
	if s.number != "" || s.letter == "" {
		return
	}
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		rows, err := tx.LettersByDigest(s.letter)
		for _, row := range rows {
			s.number = cmp.Or(s.number, row.Case)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *walk) queryCode(n petition.Number) string {
	w.t.Helper()
	code := "0000000000"
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		if found, err := tx.QueryCode(n); err == nil {
			code = found
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

// may says whether somebody had a part in a case before the last step or has
// one now.
func (w *walk) may(n petition.Number, address string) bool {
	roster := w.desk.settings.Load().Policy.Roster
	for _, cases := range []map[petition.Number]petition.Case{w.before, w.now2} {
		if c, ok := cases[n]; ok && petition.MaySee(c, address, roster) {
			return true
		}
	}
	// A citizen's answer to a finished case opens another, and quotes the first.
	for _, c := range w.now2 {
		if c.Follows == n && w.may(c.Number, address) {
			return true
		}
	}
	return false
}

// masked says whether the citizen of a case must be kept from somebody who has a
// part in it.
func (w *walk) masked(n petition.Number, address string) bool {
	c, was := w.now2[n], true
	if b, ok := w.before[n]; ok {
		was = b.Confidential
	}
	if !c.Confidential || !was || petition.SameAddress(c.Sender, address) {
		return false
	}
	return !slices.ContainsFunc(w.desk.settings.Load().Policy.Roster.Posts(address), func(p petition.Post) bool {
		return ofOffice(petition.Recipient{Role: p.Role})
	})
}

// citizenKinds are what a person outside may get.
var citizenKinds = []string{"receipt", "acceptance", "notice", "status", "transcript", "confirm", "answer", "refusal"}

// leaves checks a mail on its way out.
func (w *walk) leaves(m *mail, recipients []string) {
	w.t.Helper()
	if len(recipients) != 1 || len(m.l.To) != 1 || len(m.l.Cc) != 0 || !petition.SameAddress(recipients[0], m.l.To[0].Address) {
		w.t.Errorf("the %s goes to %v", m.kind, recipients)
	}
	to := strings.ToLower(recipients[0])
	w.boxes[to] = append(w.boxes[to], m)
	outside := w.outsider(to)
	if outside && !slices.Contains(citizenKinds, m.kind) {
		w.t.Errorf("a %s goes to %s, who is no member of the office", m.kind, to)
	}
	if m.kind == "answer" || m.kind == "refusal" {
		w.answers++
		if digest := letter.MessageDigest(m.raw); !w.approved[digest] {
			w.t.Errorf("an %s of %s went out that nobody approved:\n%s", m.kind, m.number, m.l.Text)
		}
		if c := w.now2[petition.Number(m.number)]; !petition.SameAddress(c.Sender, to) {
			w.t.Errorf("the %s of %s goes to %s", m.kind, m.number, to)
		}
	}
	w.discloses(m, to, outside)
}

// discloses looks for words that the addressee may not read.
func (w *walk) discloses(m *mail, to string, outside bool) {
	w.t.Helper()
	shown := strings.ToLower(everything(m.l.Root) + m.shown())
	for i := range w.secrets {
		s := &w.secrets[i]
		if !strings.Contains(shown, s.word) || petition.SameAddress(s.by, to) {
			continue
		}
		if w.mail != nil && petition.SameAddress(w.mail.from, to) && slices.Contains(w.mail.secrets, i) {
			continue // they wrote it down for whoever called
		}
		w.settleCase(s)
		if s.inside && outside && m.kind != "answer" && m.kind != "refusal" {
			w.t.Errorf("the %s to the citizen %s holds an internal word of %s, %s", m.kind, to, s.by, s.word)
		}
		if s.number == "" || !w.may(s.number, to) {
			w.t.Errorf("the %s of %s to %s holds a word of %q, %s, in which they have no part:\n%s", m.kind, m.number, to, s.number, s.word, m.l.Text)
		}
	}
	for _, who := range w.citizens {
		if m.kind == "approval" && petition.SameAddress(w.now2[petition.Number(m.number)].Sender, who.address) {
			continue // who is to sign an answer, a leader too, sees it exactly as it would be sent
		}
		if petition.SameAddress(who.address, to) || m.kind == "suspicious" && w.mail != nil && petition.SameAddress(w.mail.from, who.address) {
			continue // a report on a suspicious mail says whose it claims to be
		}
		if m.kind == "confirm" && w.mail != nil && w.mail.caller == who && petition.SameAddress(w.mail.from, to) {
			continue // who wrote a call down is asked whether they meant it
		}
		for _, word := range who.words() {
			if strings.Contains(shown, word) && !w.knows(who, to) {
				w.t.Errorf("the %s of %s to %s names %s:\n%s", m.kind, m.number, to, word, m.l.Text)
			}
		}
	}
}

// knows says whether somebody may know a citizen: from some case of theirs.
func (w *walk) knows(who identity, address string) bool {
	for n, c := range w.now2 {
		if petition.SameAddress(c.Sender, who.address) && w.may(n, address) && !w.masked(n, address) {
			return true
		}
	}
	return false
}

// everything is the text of every part, decoded, attachments and their names too.
func everything(p *letter.Part) string {
	if p == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(p.Filename + "\n")
	if !p.Multipart() {
		b.WriteString(p.Text() + "\n")
		b.Write(p.Data())
	}
	for _, child := range p.Children {
		b.WriteString(everything(child))
	}
	return b.String()
}

// published checks a public page: it names nobody, and nothing confidential.
func (w *walk) published(item Published) {
	w.t.Helper()
	shown := strings.ToLower(strings.Join([]string{item.ID, item.Title, item.Category, item.Question, item.Answer}, "\n"))
	for _, who := range w.citizens {
		for _, word := range who.words() {
			if strings.Contains(shown, word) {
				w.t.Errorf("a public page names %s:\n%s", word, shown)
			}
		}
	}
	for _, s := range w.secrets {
		if strings.Contains(shown, s.word) && s.number != "" && w.now2[s.number].Confidential {
			w.t.Errorf("a public page shows a word of the confidential %s", s.number)
		}
	}
}

// ledger reads what was written since, and asks of every act of a person whether
// that person had the right to it.
func (w *walk) ledger() {
	w.t.Helper()
	var fresh []store.Entry
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.AllEntries(w.entries + 1) {
			if err != nil {
				return err
			}
			fresh = append(fresh, e)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range fresh {
		w.entries = e.Seq
		switch e.Actor.Role {
		case petition.RoleSystem:
		case petition.RoleCitizen:
			w.citizenActs(e)
		default:
			w.personActs(e)
		}
		if e.Kind == petition.EvApproved {
			w.approves(e)
		}
		if e.Kind == petition.EvAnswered || e.Kind == petition.EvRefused || e.Kind == petition.EvReferred {
			if d := e.After.Draft(); d == nil || !w.approved[d.Digest] {
				w.t.Errorf("%s of %s without an approval of what was sent", e.Kind, e.Case)
			}
		}
	}
}

// decisions use a code up.
var decisions = []petition.EventKind{petition.EvApproved, petition.EvSentBack, petition.EvAmended, petition.EvSubmitted, petition.EvRecalled}

// personActs: the person wrote the mail under way, was known to be its author
// where that is asked for, and showed a live code of theirs for the matter.
func (w *walk) personActs(e store.Entry) {
	w.t.Helper()
	m := w.mail
	if m == nil || !petition.SameAddress(m.from, e.Actor.Address) {
		w.t.Errorf("%s of %s by %s, who wrote nothing", e.Kind, e.Case, e.Actor.Address)
		return
	}
	if w.outsider(e.Actor.Address) {
		w.t.Errorf("%s of %s by %s, who is no member of the office", e.Kind, e.Case, e.Actor.Address)
	}
	division := e.Actor.Role == petition.RoleLiaison || e.Actor.Role == petition.RoleHead
	if !division && !m.authenticated {
		w.t.Errorf("%s of %s by %s, who was not authenticated", e.Kind, e.Case, e.Actor.Address)
	}
	if e.Case == "" || e.Actor.Role == petition.RoleDuty {
		return
	}
	confirms := strings.HasPrefix(m.verb, "确认")
	i := slices.IndexFunc(m.codes, func(c store.Code) bool {
		return confirms && c.Matter == petition.MatterConfirm || c.Matter != petition.MatterConfirm && (c.Case == e.Case || e.Kind == petition.EvRegistered)
	})
	if i < 0 {
		w.t.Errorf("%s of %s by %s without a live code of theirs; the mail began %q", e.Kind, e.Case, e.Actor.Address, firstLine(m.verb))
		return
	}
	if e.After != nil && petition.Accuses(*e.After, e.Actor.Address, w.desk.settings.Load().Policy.Roster) {
		w.t.Errorf("%s of %s by the accused %s", e.Kind, e.Case, e.Actor.Address)
	}
	if !slices.Contains(decisions, e.Kind) {
		return
	}
	// Of several codes that the mail shows any live one may have counted: it is
	// the one of the matter, or the confirmation's.
	used := m.codes[i]
	if j := slices.IndexFunc(m.codes, func(c store.Code) bool { return c.Case == e.Case && c.Matter == petition.MatterApproval }); j >= 0 && !confirms {
		used = m.codes[j]
	}
	if step, twice := w.spent[used.ID]; twice && (step != w.step || !confirms) {
		w.t.Errorf("the code %d decided in step %d already, and again: %s of %s", used.ID, step, e.Kind, e.Case)
	}
	w.spent[used.ID] = w.step
	if !confirms && used.Matter != petition.MatterApproval {
		w.t.Errorf("%s of %s by a code of %s", e.Kind, e.Case, used.Matter)
	}
}

// citizenActs: what is noted, a rating and a withdrawal are the registered
// person's, or of somebody who knows the query code, or who answers the Message-ID
// of a mail that went to the citizen of that very case: it holds 128 random bits,
// and people have more than one address (spec mail sections 2 and 4).
func (w *walk) citizenActs(e store.Entry) {
	w.t.Helper()
	if e.Kind != petition.EvRated && e.Kind != petition.EvWithdrawn && e.Kind != petition.EvNoted || e.After == nil {
		return
	}
	if w.mail == nil || !petition.SameAddress(w.mail.from, e.After.Sender) && w.mail.queried != e.Case && !w.mail.answersCitizen(e) {
		w.t.Errorf("%s of %s by somebody else than its citizen: %+v", e.Kind, e.Case, w.mail)
	}
}

// answersCitizen says whether a mail answers one that went to a case's citizen.
func (m *written) answersCitizen(e store.Entry) bool {
	return m.answers != nil && petition.Number(m.answers.number) == e.Case && petition.SameAddress(m.answers.l.To[0].Address, e.After.Sender)
}

// approves: the draft is the one that lay before the approver, who may approve it.
func (w *walk) approves(e store.Entry) {
	w.t.Helper()
	settings := w.desk.settings.Load()
	var f facts
	if err := json.Unmarshal(e.Data, &f); err != nil {
		w.t.Fatal(err)
	}
	d := e.After.Draft()
	if d == nil || d.State != petition.DraftApproved || d.Digest != f.Digest || d.Revision != f.Revision || !petition.SameAddress(d.ApprovedBy, e.Actor.Address) {
		w.t.Errorf("the approval of %s names %s, revision %d; the draft is %+v", e.Case, f.Digest, f.Revision, d)
		return
	}
	leads := e.After.LedBy != "" && petition.SameAddress(e.After.LedBy, e.Actor.Address)
	approver := slices.ContainsFunc(settings.Policy.Roster.OfficeWith(petition.RoleApprover), func(p petition.Person) bool {
		return petition.SameAddress(p.Address, e.Actor.Address)
	})
	switch {
	case !leads && (!approver || e.After.LedBy != ""):
		w.t.Errorf("%s approved %s and is not its approver", e.Actor.Address, e.Case)
	case petition.SameAddress(d.By, e.Actor.Address):
		w.t.Errorf("%s approved an own draft of %s", e.Actor.Address, e.Case)
	case slices.Contains(e.After.Recused, e.Actor.Address):
		w.t.Errorf("%s approved %s and is recused", e.Actor.Address, e.Case)
	}
	w.approved[d.Digest] = true
}

// replayed: the ledger alone makes the same cases.
func (w *walk) replayed() {
	w.t.Helper()
	err := w.store.Update(w.t.Context(), w.now, func(tx *store.Tx) error {
		changed, err := tx.Rebuild()
		if len(changed) > 0 {
			w.t.Errorf("rebuilding from the ledger changed %v", changed)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
}

// exported: the dossier of every case holds, by itself.
func (w *walk) exported() {
	w.t.Helper()
	path := w.t.TempDir() + "/dossier.zip"
	s := w.desk.settings.Load()
	for n := range w.now2 {
		_, err := dossier.Export(w.t.Context(), w.store, dossier.Options{Office: s.Office, Location: shanghai, Templates: s.Templates, Out: path}, n, w.now)
		if err != nil {
			w.t.Fatal(err)
		}
		if problems, err := dossier.Verify(path); err != nil || len(problems) > 0 {
			w.t.Errorf("the dossier of %s: %v %v", n, problems, err)
		}
	}
}
