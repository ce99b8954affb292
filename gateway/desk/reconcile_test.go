package desk

import (
	"strings"
	"testing"

	"xinfangd/gateway/store"
)

// TestReconciled tells the information centre, and the duty officer, of letters
// that a comparison with the server found, with an entry that explains the mail.
func TestReconciled(t *testing.T) {
	engines(t, func(t *testing.T, open func(t *testing.T) *store.Store) {
		o := newOffice(t, open(t), nil)
		if err := o.desk.Reconciled(t.Context(), "director", 3, o.now); err != nil {
			t.Fatal(err)
		}
		o.settle()
		for _, address := range []string{"xxzx@jxw.example", "zhiban@jxw.example"} {
			m := o.take(address, "alarm")
			if !strings.Contains(m.l.Text, "发现 3 封来件未登记，已全部补登") {
				t.Errorf("the alarm to %s says:\n%s", address, m.l.Text)
			}
		}
		o.leftovers()
		o.sound()
	})
}
