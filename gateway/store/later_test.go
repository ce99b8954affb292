package store_test

import (
	"fmt"
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
