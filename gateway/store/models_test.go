package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/store"
)

func exerciseModels(t *testing.T, b *bench) {
	b.view(func(tx *store.Tx) error {
		_, err := tx.Model()
		b.wantErr("no model", err, store.ErrNotFound)
		return nil
	})
	var want []store.Model
	for _, data := range []string{"one", "two"} {
		b.update(func(tx *store.Tx) error {
			digest, err := tx.PutBlob([]byte(data))
			if err != nil {
				return err
			}
			m := store.Model{Digest: digest, Source: "register", Report: []byte(`{"n": 12}`), At: b.now}
			m.ID, err = tx.AddModel(m)
			want = append(want, m)
			return err
		})
	}
	b.view(func(tx *store.Tx) error {
		got, err := tx.Models()
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("models (-want +got):\n%s", diff)
		}
		last, err := tx.Model()
		if diff := cmp.Diff(want[1], last); diff != "" {
			t.Errorf("model in use (-want +got):\n%s", diff)
		}
		return err
	})
	if err := b.probe(func(tx *store.Tx) error {
		_, err := tx.AddModel(store.Model{Digest: "none", Report: []byte(`{}`)})
		return err
	}); err == nil {
		t.Error("a model without a blob was taken")
	}
}
