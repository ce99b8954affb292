package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"xinfangd/gateway/store"
)

// exerciseManyMails queues more mails, to more recipients, than wait in a lot.
func exerciseManyMails(t *testing.T, b *bench) {
	const mails = 2050
	for _, recipients := range []int{1, 3} {
		b.update(func(tx *store.Tx) error {
			for i := range mails {
				o := store.Outgoing{Kind: "digest", From: "wsxf@jxw.example", MessageID: fmt.Sprintf("%d.%d@jxw.example", i, recipients)}
				for n := range recipients {
					o.To = append(o.To, fmt.Sprintf("u%d@jxw.example", n))
				}
				if _, err := tx.QueueMade(o, func() (store.Made, error) {
					return store.Made{Subject: fmt.Sprint(i), Raw: []byte(o.MessageID)}, nil
				}); err != nil {
					return err
				}
			}
			return nil
		})
		b.view(func(tx *store.Tx) error {
			for _, i := range []int{0, 665, 666, 667, 1998, 1999, 2000, mails - 1} {
				o, err := tx.OutgoingByMessageID(fmt.Sprintf("%d.%d@jxw.example", i, recipients))
				if err != nil {
					return err
				}
				raw, err := tx.Blob(o.Blob)
				if err != nil || o.Subject != fmt.Sprint(i) || string(raw) != o.MessageID || len(o.To) != recipients {
					t.Errorf("mail %d: %q to %v with %q, %v", i, o.Subject, o.To, raw, err)
				}
			}
			return nil
		})
	}
}

// exerciseHeavyMails queues mails with attachments: they must not lie in memory
// all together.
func exerciseHeavyMails(t *testing.T, b *bench) {
	const size = 3 << 20
	b.update(func(tx *store.Tx) error {
		if err := tx.Foresee(store.Foresight{Letters: 20}); err != nil { // ids enough for all
			return err
		}
		var made atomic.Int32
		for i := range 10 {
			o := store.Outgoing{Kind: "dispatch", From: "wsxf@jxw.example", To: []string{"u@jxw.example"}, MessageID: fmt.Sprintf("heavy%d@jxw.example", i), Weight: size}
			if _, err := tx.QueueMade(o, func() (store.Made, error) {
				made.Add(1)
				return store.Made{Subject: "转办单", Raw: bytes.Repeat([]byte{byte(i)}, size)}, nil
			}); err != nil {
				return err
			}
			// Three weigh too much, and are written.
			if n := int(made.Load()); i%3 == 2 && n != i+1 {
				t.Errorf("%d of %d mails are made", n, i+1)
			}
		}
		return nil
	})
	b.view(func(tx *store.Tx) error {
		for i := range 10 {
			o, err := tx.OutgoingByMessageID(fmt.Sprintf("heavy%d@jxw.example", i))
			if err != nil {
				return err
			}
			if raw, err := tx.Blob(o.Blob); err != nil || len(raw) != size || raw[0] != byte(i) {
				t.Errorf("mail %d has %d bytes, %v", i, len(raw), err)
			}
		}
		return nil
	})
}

// exerciseLongTexts indexes long letters of a batch: their bigrams must not wait
// all together.
func exerciseLongTexts(t *testing.T, b *bench) {
	var text strings.Builder
	for i := range rune(30_000) {
		text.WriteRune(0x4e00 + i*7%20_000)
	}
	b.update(func(tx *store.Tx) error {
		if err := tx.Foresee(store.Foresight{Letters: 20}); err != nil {
			return err
		}
		digest, err := tx.PutBlob([]byte("long"))
		if err != nil {
			return err
		}
		most := 0
		for range 20 {
			letter, err := tx.AddLetter(store.Letter{Mailbox: "director", Digest: digest, Arrived: tx.Now, Kind: store.KindLetter})
			if err != nil {
				return err
			}
			c, err := registerCase(tx, nil)
			if err != nil {
				return err
			}
			if err := tx.IndexRegistration(c.Number, "停电", letter, store.NewDoc(text.String())); err != nil {
				return err
			}
			most = max(most, tx.Waiting())
		}
		if most < 2 || most > 16 {
			t.Errorf("%d rows waited, want several but not all", most)
		}
		return nil
	})
	b.view(func(tx *store.Tx) error {
		if hits, err := tx.Search("停电", 100); err != nil || len(hits) != 20 {
			t.Errorf("%d hits, %v", len(hits), err)
		}
		return nil
	})
}

// exerciseMailsInVain undoes mails that are being made: their makers must have
// ended when the transaction has, or the savepoint.
func exerciseMailsInVain(t *testing.T, b *bench) {
	undone := errors.New("undone")
	var begun, ended atomic.Int32
	queue := func(tx *store.Tx) error {
		if err := tx.Foresee(store.Foresight{Letters: 20}); err != nil {
			return err
		}
		for i := range 10 {
			begun.Add(1)
			o := store.Outgoing{Kind: "receipt", From: "wsxf@jxw.example", To: []string{"u@jxw.example"}, MessageID: fmt.Sprintf("vain%d@jxw.example", i)}
			if _, err := tx.QueueMade(o, func() (store.Made, error) {
				defer ended.Add(1)
				return store.Made{Raw: bytes.Repeat([]byte("x"), 1<<20)}, nil
			}); err != nil {
				return err
			}
		}
		return undone
	}
	if err := b.s.Update(t.Context(), b.now, queue); !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if ended.Load() != begun.Load() {
		t.Errorf("after the transaction %d of %d makers have ended", ended.Load(), begun.Load())
	}
	b.update(func(tx *store.Tx) error {
		if err := tx.Try(queue); !errors.Is(err, undone) {
			return err
		}
		if ended.Load() != begun.Load() {
			t.Errorf("after the savepoint %d of %d makers have ended", ended.Load(), begun.Load())
		}
		return nil
	})
}
