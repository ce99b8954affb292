package store_test

import (
	"fmt"
	"testing"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

const alike = "小区变压器老化，每到晚上七点以后就停电，已经持续两个月，老人和孩子的生活受到很大影响，多次向物业反映都没有结果，恳请尽快更换变压器。"

// exercisePrints finds letters that are alike whether they lie in the register
// or in the same transaction, and never more of one text than perBand.
func exercisePrints(t *testing.T, b *bench) {
	print := fold.Fingerprint(alike)
	const before, within, most = 45, 45, 50
	var numbers []petition.Number
	for range 2 {
		numbers = append(numbers, b.register(nil).Number)
	}
	add := func(tx *store.Tx, i int) error {
		digest, err := tx.PutBlob(fmt.Append(nil, i))
		if err != nil {
			return err
		}
		id, err := tx.AddLetter(store.Letter{Mailbox: "director", UIDValidity: 7, UID: uint32(1000 + i), Digest: digest, Arrived: tx.Now, Kind: store.KindLetter})
		if err != nil {
			return err
		}
		return tx.AddPrint(numbers[i%2], id, fmt.Sprintf("%d@mail.example", i%3), print, store.Mass{N: i + 1, First: numbers[0]})
	}
	find := func(tx *store.Tx, want, latest int) {
		t.Helper()
		found, err := tx.SimilarLetters("0@MAIL.example", print)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != want {
			t.Fatalf("%d letters alike, want %d", len(found), want)
		}
		for i, f := range found {
			if f.SameSender != ((latest-i)%3 == 0) || f.Case != numbers[(latest-i)%2] || f.Similarity != 1 || f.Mass != (store.Mass{N: latest - i + 1, First: numbers[0]}) || i > 0 && f.Letter >= found[i-1].Letter {
				t.Errorf("letter %d of those alike: %+v", i, f)
			}
		}
	}
	b.update(func(tx *store.Tx) error {
		for i := range before {
			if err := add(tx, i); err != nil {
				return err
			}
			if i%11 == 0 {
				find(tx, i+1, i)
			}
		}
		return nil
	})
	b.update(func(tx *store.Tx) error {
		find(tx, before, before-1)
		for i := before; i < before+within; i++ {
			if err := add(tx, i); err != nil {
				return err
			}
			if i%10 == 0 {
				find(tx, min(i+1, most), i)
			}
		}
		// What is undone is like nothing.
		failed := fmt.Errorf("undone")
		if err := tx.Try(func(tx *store.Tx) error {
			for i := before + within; i < before+within+20; i++ {
				if err := add(tx, i); err != nil {
					return err
				}
			}
			return failed
		}); err == nil {
			t.Error("nothing was undone")
		}
		find(tx, most, before+within-1)
		return nil
	})
	b.update(func(tx *store.Tx) error {
		find(tx, most, before+within-1)
		return nil
	})
}
