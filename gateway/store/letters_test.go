package store_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/store"
)

func exerciseBlobs(t *testing.T, b *bench) {
	random := make([]byte, 5<<20/2) // does not compress: three chunks
	source := rand.NewChaCha8([32]byte{1})
	if _, err := source.Read(random); err != nil {
		t.Fatal(err)
	}
	blobs := map[string][]byte{"empty": {}, "small": []byte("停电\x00\xff"), "zeros": make([]byte, 3<<20), "random": random}
	digests := map[string]string{}
	b.update(func(tx *store.Tx) error {
		for name, data := range blobs {
			c := b.s.Compress(data)
			if err := tx.PutCompressed(c); err != nil {
				return err
			}
			again, err := tx.PutBlob(data)
			if err != nil {
				return err
			}
			if again != c.Digest {
				t.Errorf("%s: digests %s and %s", name, again, c.Digest)
			}
			digests[name] = c.Digest
		}
		return nil
	})
	b.view(func(tx *store.Tx) error {
		for name, want := range blobs {
			got, err := tx.Blob(digests[name])
			if err != nil {
				return err
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: other bytes came back", name)
			}
		}
		_, err := tx.Blob(strings.Repeat("0", 64))
		b.wantErr("unknown blob", err, store.ErrNotFound)
		return nil
	})
	db := b.raw()
	damage := func(name, statement string) {
		b.mustExec(db, statement)
		b.view(func(tx *store.Tx) error {
			_, err := tx.Blob(digests[name])
			b.wantErr(name, err, store.ErrDamaged)
			return nil
		})
	}
	damage("random", "DELETE FROM blob_chunks WHERE n = 1")
	damage("small", "UPDATE blob_chunks SET data = (SELECT c.data FROM blob_chunks c WHERE c.digest = '"+digests["zeros"]+
		"' AND c.n = 0) WHERE digest = '"+digests["small"]+"'")
	b.mustExec(db, "UPDATE blobs SET packed = (SELECT z.packed FROM blobs z WHERE z.digest = '"+digests["zeros"]+
		"') WHERE digest = '"+digests["small"]+"'")
	damage("small", "SELECT 1")
}

func exerciseLetters(t *testing.T, b *bench) {
	c := b.register(nil)
	want := store.Letter{
		Mailbox: "director", UIDValidity: 4294967295, UID: 7, Size: 3, Arrived: b.now, From: "Zhang@mail.example",
		Name: "张某", Subject: "停电", MessageID: "m1@mail.example", InReplyTo: []string{"a@x", "b@x"}, References: []string{"r@x"},
		Kind: store.KindLetter, Note: "看过",
	}
	b.update(func(tx *store.Tx) (err error) {
		if want.Digest, err = tx.PutBlob([]byte("abc")); err != nil {
			return err
		}
		if known, err := tx.LetterKnown("director", 4294967295, 7); err != nil || known {
			t.Errorf("LetterKnown before: %v, %v", known, err)
		}
		want.ID, err = tx.AddLetter(want)
		return err
	})
	b.update(func(tx *store.Tx) error {
		_, err := tx.AddFailed(store.Failed{Mailbox: "director", UIDValidity: 4294967295, UID: 9, Arrived: b.now, Reason: "panic", Digest: want.Digest})
		return err
	})
	b.view(func(tx *store.Tx) error {
		known, err := tx.KnownUIDs("director", 4294967295, 7, 9)
		if diff := cmp.Diff(map[uint32]bool{7: true, 9: true}, known); diff != "" {
			t.Errorf("known places (-want +got):\n%s", diff)
		}
		return err
	})
	if err := b.probe(func(tx *store.Tx) error { _, err := tx.AddLetter(want); return err }); err == nil {
		t.Error("the same place of a box was registered twice")
	}
	var other int64
	b.update(func(tx *store.Tx) (err error) {
		// Imported letters have no place in a box: any number of them.
		for range 2 {
			other, err = tx.AddLetter(store.Letter{Mailbox: "director", Digest: want.Digest, Arrived: b.now.Add(time.Hour),
				MessageID: want.MessageID, Kind: store.KindAutomatic, From: "auto@mail.example"})
			if err != nil {
				return err
			}
		}
		if err := tx.SetLetterCase(other, c.Number, store.KindFollowUp); err != nil {
			return err
		}
		b.wantErr("unknown letter", tx.SetLetterCase(99, c.Number, store.KindLetter), store.ErrNotFound)
		if err := tx.SetLetterNote(want.ID, "看过"); err != nil {
			return err
		}
		return tx.MoveLetter(want.ID, 2, 9)
	})
	want.UIDValidity, want.UID = 2, 9
	b.view(func(tx *store.Tx) error {
		got, err := tx.Letter(want.ID)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("letter: %v (-want +got):\n%s", err, diff)
		}
		for place, want := range map[[2]uint32]bool{{2, 9}: true, {4294967295, 7}: false, {0, 0}: false} {
			if known, err := tx.LetterKnown("director", place[0], place[1]); err != nil || known != want {
				t.Errorf("LetterKnown(%v): %v, %v", place, known, err)
			}
		}
		same, err := tx.LettersByDigest(want.Digest)
		if err != nil || len(same) != 3 {
			t.Errorf("LettersByDigest: %d, %v", len(same), err)
		}
		byID, err := tx.LetterByMessageID(want.MessageID)
		if err != nil || byID.ID != other || byID.Kind != store.KindFollowUp {
			t.Errorf("LetterByMessageID prefers one with a case: %+v, %v", byID, err)
		}
		_, err = tx.LetterByMessageID("")
		b.wantErr("empty Message-ID", err, store.ErrNotFound)
		of, err := tx.LettersOf(c.Number)
		if err != nil || len(of) != 1 || of[0].ID != other {
			t.Errorf("LettersOf: %+v, %v", of, err)
		}
		for name, test := range map[string]struct {
			f    store.LetterFilter
			want int
		}{
			"all": {store.LetterFilter{}, 3}, "unregistered": {store.LetterFilter{Unregistered: true}, 2},
			"kinds": {store.LetterFilter{Kinds: []store.LetterKind{store.KindAutomatic, store.KindFollowUp}}, 2},
			"from":  {store.LetterFilter{From: "zhang@MAIL.example"}, 1}, "case": {store.LetterFilter{Case: c.Number}, 1},
			"since": {store.LetterFilter{Since: b.now.Add(time.Minute), Newest: true}, 2}, "limit": {store.LetterFilter{Limit: 1}, 1},
		} {
			list, err := tx.ListLetters(test.f)
			if err != nil || len(list) != test.want {
				t.Errorf("list of %s: got %d, %v, want %d", name, len(list), err, test.want)
			}
		}
		return nil
	})
	if err := b.probe(func(tx *store.Tx) error {
		return tx.SetLetterCase(other, "SFJX-2026-000009", store.KindLetter)
	}); err == nil {
		t.Error("a letter was put to a case that is not registered")
	}
}

func exerciseBoxes(t *testing.T, b *bench) {
	b.update(func(tx *store.Tx) error {
		if c, err := tx.Cursor("director"); err != nil || c != (store.Cursor{}) {
			t.Errorf("first cursor: %+v, %v", c, err)
		}
		if err := tx.SetCursor("director", store.Cursor{UIDValidity: 4294967295, UID: 4294967295}); err != nil {
			return err
		}
		if err := tx.NoteCheck("director", b.now, "", 0); err != nil {
			return err
		}
		if err := tx.NoteCheck("director", b.now.Add(time.Hour), "refused", 1); err != nil {
			return err
		}
		if err := tx.NoteCheck("director", b.now.Add(2*time.Hour), "refused", 2); err != nil {
			return err
		}
		return tx.SetBoxAlarm("director", true)
	})
	want := store.BoxStatus{
		Mailbox: "director", Tried: b.now.Add(2 * time.Hour), Checked: b.now, Error: "refused", Since: b.now.Add(time.Hour),
		LoginRefusals: 2, Alarmed: true, Cursor: store.Cursor{UIDValidity: 4294967295, UID: 4294967295},
	}
	check := func() {
		b.view(func(tx *store.Tx) error {
			got, err := tx.BoxStatus()
			if diff := cmp.Diff([]store.BoxStatus{want}, got); diff != "" {
				t.Errorf("boxes (-want +got):\n%s", diff)
			}
			return err
		})
	}
	check()
	b.update(func(tx *store.Tx) error { return tx.NoteCheck("director", b.now.Add(3*time.Hour), "", 0) })
	want.Tried, want.Checked = b.now.Add(3*time.Hour), b.now.Add(3*time.Hour)
	want.Error, want.Since, want.LoginRefusals = "", time.Time{}, 0
	check()
}

func exerciseFailed(t *testing.T, b *bench) {
	f := store.Failed{Mailbox: "director", UIDValidity: 1, UID: 5, Arrived: b.now, Reason: "panic"}
	b.update(func(tx *store.Tx) (err error) {
		if f.Digest, err = tx.PutBlob([]byte("bad")); err != nil {
			return err
		}
		if f.ID, err = tx.AddFailed(f); err != nil {
			return err
		}
		f.Reason, f.Tries = "panic again", 2
		again, err := tx.AddFailed(f)
		if again != f.ID {
			t.Errorf("set aside twice: %d and %d", f.ID, again)
		}
		return err
	})
	b.update(func(tx *store.Tx) error {
		list, err := tx.FailedLetters()
		if diff := cmp.Diff([]store.Failed{f}, list); err != nil || diff != "" {
			t.Errorf("failed: %v (-want +got):\n%s", err, diff)
		}
		if err := tx.RemoveFailed(f.ID); err != nil {
			return err
		}
		_, err = tx.FailedLetter(f.ID)
		b.wantErr("removed", err, store.ErrNotFound)
		b.wantErr("removed twice", tx.RemoveFailed(f.ID), store.ErrNotFound)
		return nil
	})
}

func exerciseStatus(t *testing.T, b *bench) {
	b.register(nil)
	status, err := b.s.Status(b.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status.Cases != 1 || status.Entries != 1 || status.Version != status.Newest || status.Bytes == 0 || status.Driver != b.options.Driver {
		t.Errorf("status: %+v", status)
	}
	if err := b.s.Ping(b.Context()); err != nil {
		t.Error(err)
	}
}
