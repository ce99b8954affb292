package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// exerciseForesight registers letters that come together, some of them twice and
// some known before, with foresight and without: a transaction that looked ahead
// must see exactly what another sees, also of what it wrote itself.
func exerciseForesight(t *testing.T, b *bench) {
	type seen struct {
		Known    bool
		Digests  []int64 // letters
		ByID     int64
		Ours     bool
		OfSender int
		Alike    int
		Count    int
		Number   petition.Number
		Kind     store.LetterKind
		Case     petition.Number
		Note     string
	}
	texts := []string{alike, strings.Repeat(alike, 2), strings.ReplaceAll(alike, "变压器", "路灯")}
	step := func(tx *store.Tx, i int) (s seen, err error) {
		uid, id, sender := uint32(100+i/2), fmt.Sprintf("m%d@mail.example", i/3), fmt.Sprintf("User%d@mail.example", i%4)
		raw, print := fmt.Appendf(nil, "letter %d", i/2), fold.Fingerprint(texts[i%3])
		if s.Known, err = tx.LetterKnown("director", 7, uid); err != nil {
			return s, err
		}
		blob := b.s.Compress(raw)
		same, err := tx.LettersByDigest(blob.Digest)
		if err != nil {
			return s, err
		}
		for _, l := range same {
			s.Digests = append(s.Digests, l.ID)
		}
		if l, err := tx.LetterByMessageID(id); err == nil {
			s.ByID = l.ID
		} else if !errors.Is(err, store.ErrNotFound) {
			return s, err
		}
		if _, err := tx.OutgoingByMessageID("r" + id); err == nil {
			s.Ours = true
		} else if !errors.Is(err, store.ErrNotFound) {
			return s, err
		}
		cases, err := tx.ListCases(store.CaseFilter{Sender: strings.ToUpper(sender)})
		if err != nil {
			return s, err
		}
		s.OfSender = len(cases)
		found, err := tx.SimilarLetters(sender, print)
		if err != nil {
			return s, err
		}
		s.Alike = len(found)
		if s.Count, err = tx.Bump("auto_mail", sender, "2026-11-23"); err != nil {
			return s, err
		}
		if err := tx.PutCompressed(blob); err != nil {
			return s, err
		}
		l := store.Letter{Mailbox: "director", Digest: blob.Digest, Size: int64(len(raw)), Arrived: tx.Now, From: sender, MessageID: id, Subject: "停\"电\\三\n天", Kind: store.KindLetter}
		if !s.Known {
			l.UIDValidity, l.UID = 7, uid
		}
		letter, err := tx.AddLetter(l)
		if err != nil {
			return s, err
		}
		c, err := registerCase(tx, func(c *petition.Case) { c.Sender, c.Letter = sender, letter })
		if err != nil {
			return s, err
		}
		s.Number = c.Number
		c.State, c.Dispatches = petition.Dispatched, []petition.Dispatch{{Division: "power", At: tx.Now}}
		if err := tx.SaveCase(c); err != nil {
			return s, err
		}
		if err := tx.SetLetterCase(letter, c.Number, store.KindFollowUp); err != nil {
			return s, err
		}
		if err := tx.SetLetterNote(letter, fmt.Sprintf("第 %d 封", i)); err != nil {
			return s, err
		}
		if err := tx.AddPrint(c.Number, letter, sender, print, store.Mass{N: 1, First: c.Number}); err != nil {
			return s, err
		}
		_, code, err := tx.IssueCode(store.CodeGrant{Case: c.Number, Matter: petition.MatterDispatch, Address: "power@jxw.example"})
		if err != nil {
			return s, err
		}
		if !s.Ours {
			mail := store.Outgoing{Case: c.Number, Kind: "receipt", To: []string{sender}, From: "wsxf@jxw.example", MessageID: "r" + id, CodeID: code}
			if _, err := tx.QueueMade(mail, func() (store.Made, error) { return store.Made{Subject: "收件回执", Raw: []byte("r" + id)}, nil }); err != nil {
				return s, err
			}
		}
		if err := tx.IndexRegistration(c.Number, "停电", letter, store.NewDoc(texts[i%3])); err != nil {
			return s, err
		}
		back, err := tx.Letter(letter)
		s.Kind, s.Case, s.Note = back.Kind, back.Case, back.Note
		if err == nil && back.Subject != l.Subject {
			t.Errorf("the subject is %q", back.Subject)
		}
		return s, err
	}
	options := store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")}
	if b.options.Driver == "postgres" {
		options = store.Options{Driver: "postgres", DSN: postgrestest.Start(t)}
	}
	other := newBench(t, options)
	var got, want []seen
	const lots, lot = 4, 15
	for n := range lots {
		b.update(func(tx *store.Tx) error {
			f := store.Foresight{Letters: lot}
			for i := n * lot; i < (n+1)*lot; i++ {
				f.Digests = append(f.Digests, b.s.Compress(fmt.Appendf(nil, "letter %d", i/2)).Digest)
				f.Places = append(f.Places, store.Place{Box: "director", UIDValidity: 7, UID: uint32(100 + i/2)})
				f.MessageIDs = append(f.MessageIDs, fmt.Sprintf("m%d@mail.example", i/3), fmt.Sprintf("rm%d@mail.example", i/3))
				f.Senders = append(f.Senders, fmt.Sprintf("User%d@mail.example", i%4))
				f.Prints = append(f.Prints, fold.Fingerprint(texts[i%3]))
				f.Tallies = append(f.Tallies, store.Bucket{Kind: "auto_mail", Key: fmt.Sprintf("USER%d@mail.example", i%4), Bucket: "2026-11-23"})
			}
			if err := tx.Foresee(f); err != nil {
				return err
			}
			for i := n * lot; i < (n+1)*lot; i++ {
				s, err := step(tx, i)
				if err != nil {
					return err
				}
				got = append(got, s)
			}
			return nil
		})
	}
	mine := b.s
	b.s = other.s
	for i := range lots * lot {
		other.update(func(tx *store.Tx) error {
			s, err := step(tx, i)
			want = append(want, s)
			return err
		})
	}
	b.s = mine
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what a transaction with foresight sees (-without +with):\n%s", diff)
	}
	for _, words := range []string{"停电", "路灯 物业"} {
		var hits [2][]store.SearchHit
		for i, s := range []*store.Store{b.s, other.s} {
			if err := s.View(t.Context(), func(tx *store.Tx) (err error) {
				hits[i], err = tx.Search(words, 100)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(hits[1], hits[0]); diff != "" || len(hits[0]) == 0 {
			t.Errorf("search for %s (-without +with):\n%s", words, diff)
		}
	}
	for _, s := range []*store.Store{b.s, other.s} {
		if result, err := s.Verify(t.Context(), nil); err != nil || !result.OK {
			t.Errorf("ledger: %+v, %v", result, err)
		}
	}
}

// exerciseMadeMails queues mails that are made beside the transaction.
func exerciseMadeMails(t *testing.T, b *bench) {
	mail := func(id string) store.Outgoing {
		return store.Outgoing{Kind: "receipt", To: []string{"li@mail.example"}, From: "wsxf@jxw.example", MessageID: id}
	}
	raw := bytes.Repeat([]byte("正文\r\n"), 1000)
	b.update(func(tx *store.Tx) error {
		for i := range 50 {
			if _, err := tx.QueueMade(mail(fmt.Sprintf("%d@jxw.example", i)), func() (store.Made, error) {
				return store.Made{Subject: fmt.Sprintf("第 %d 封", i), Raw: append(fmt.Appendf(nil, "%d\r\n", i), raw...)}, nil
			}); err != nil {
				return err
			}
			if i == 20 { // one that was made before, in between
				o := mail("between@jxw.example")
				o.Raw = []byte("ready")
				if _, err := tx.Queue(o); err != nil {
					return err
				}
			}
		}
		// A question about them waits for them.
		o, err := tx.OutgoingByMessageID("7@jxw.example")
		if err != nil || o.Subject != "第 7 封" {
			t.Errorf("in the transaction: %q, %v", o.Subject, err)
		}
		return err
	})
	b.view(func(tx *store.Tx) error {
		for i := range 50 {
			o, err := tx.OutgoingByMessageID(fmt.Sprintf("%d@jxw.example", i))
			if err != nil {
				return err
			}
			got, err := tx.Blob(o.Blob)
			if err != nil || !bytes.HasPrefix(got, fmt.Appendf(nil, "%d\r\n", i)) || o.Subject != fmt.Sprintf("第 %d 封", i) {
				t.Errorf("mail %d is %q: %v", i, o.Subject, err)
			}
		}
		return nil
	})
	// What goes wrong in the making is the transaction's error, or the savepoint's.
	broken := errors.New("no view")
	for name, build := range map[string]func() (store.Made, error){
		"error": func() (store.Made, error) { return store.Made{}, broken },
		"panic": func() (store.Made, error) { panic("template") },
	} {
		if err := b.s.Update(t.Context(), b.now, func(tx *store.Tx) error {
			_, err := tx.QueueMade(mail(name+"@jxw.example"), build)
			return err
		}); err == nil || name == "error" && !errors.Is(err, broken) {
			t.Errorf("%s: the transaction ended with %v", name, err)
		}
		b.update(func(tx *store.Tx) error {
			if err := tx.Try(func(tx *store.Tx) error {
				_, err := tx.QueueMade(mail(name+"@jxw.example"), build)
				return err
			}); err == nil {
				t.Errorf("%s: the savepoint ended well", name)
			}
			_, err := tx.Queue(store.Outgoing{Kind: "receipt", To: []string{"li@mail.example"}, MessageID: "after-" + name + "@jxw.example", Raw: []byte("x")})
			return err
		})
		b.view(func(tx *store.Tx) error {
			if _, err := tx.OutgoingByMessageID(name + "@jxw.example"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: the mail is queued: %v", name, err)
			}
			_, err := tx.OutgoingByMessageID("after-" + name + "@jxw.example")
			return err
		})
	}
}

// exerciseBytesAgain erases a case's bytes, which then come again, alone and with
// others.
func exerciseBytesAgain(t *testing.T, b *bench) {
	raw := []byte("a letter that comes again")
	c := b.register(nil)
	put := func(tx *store.Tx) (string, error) {
		digest, err := tx.PutBlob(raw)
		if err == nil {
			_, err = tx.AddLetter(store.Letter{Mailbox: "director", Digest: digest, Arrived: tx.Now, Kind: store.KindLetter, Case: c.Number})
		}
		return digest, err
	}
	var digest string
	b.update(func(tx *store.Tx) (err error) {
		digest, err = put(tx)
		return err
	})
	b.update(func(tx *store.Tx) error { return tx.EraseCase(c) })
	b.view(func(tx *store.Tx) error {
		if _, err := tx.Blob(digest); !errors.Is(err, store.ErrErased) {
			t.Errorf("after the erasure: %v", err)
		}
		return nil
	})
	b.update(func(tx *store.Tx) error {
		for i := range 3 {
			if _, err := tx.PutBlob(fmt.Append(nil, i)); err != nil {
				return err
			}
			if _, err := tx.PutBlob(raw); err != nil {
				return err
			}
		}
		return nil
	})
	b.view(func(tx *store.Tx) error {
		got, err := tx.Blob(digest)
		if !bytes.Equal(got, raw) {
			t.Errorf("come again: %q", got)
		}
		return err
	})
}
