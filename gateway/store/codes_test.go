package store_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

func exerciseCodes(t *testing.T, b *bench) {
	c := b.register(nil)
	shape := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$`)
	grant := store.CodeGrant{
		Case: c.Number, Matter: petition.MatterApproval, Address: "Shyb@jxw.example", Division: "office", Revision: 2,
		DraftDigest: "d", Expires: b.now.Add(90 * 24 * time.Hour),
	}
	codes, ids := map[string]string{}, map[string]int64{}
	issue := func(name string, change func(*store.CodeGrant)) {
		g := grant
		change(&g)
		b.update(func(tx *store.Tx) (err error) {
			codes[name], ids[name], err = tx.IssueCode(g)
			return err
		})
	}
	issue("a", func(g *store.CodeGrant) {})
	issue("b", func(g *store.CodeGrant) { g.Address = "other@jxw.example" })
	issue("old draft", func(g *store.CodeGrant) { g.Revision = 1 })
	issue("dispatch", func(g *store.CodeGrant) { g.Matter = petition.MatterDispatch; g.Division = "power" })
	issue("short", func(g *store.CodeGrant) { g.Expires = b.now.Add(time.Hour) })
	issue("held", func(g *store.CodeGrant) { *g = store.CodeGrant{Matter: petition.MatterConfirm, Held: 7} })
	if !shape.MatchString(codes["a"]) || codes["a"] == codes["b"] {
		t.Errorf("codes: %q, %q", codes["a"], codes["b"])
	}
	state := func(name string) (state store.CodeState) {
		b.update(func(tx *store.Tx) error {
			code, err := tx.LookupCode(codes[name])
			state = code.State
			return err
		})
		return state
	}
	b.update(func(tx *store.Tx) error {
		typed := strings.ToLower(strings.ReplaceAll(codes["a"], "-", ""))
		got, err := tx.LookupCode(typed)
		if err != nil {
			return err
		}
		want := store.Code{ID: ids["a"], CodeGrant: grant, Issued: b.now, State: store.CodeLive}
		want.Address, want.Expires = "shyb@jxw.example", b.now.Add(store.CodeLife)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("code (-want +got):\n%s", diff)
		}
		_, err = tx.LookupCode("00000-00000")
		b.wantErr("unknown code", err, store.ErrNotFound)
		_, err = tx.LookupCode("no code")
		b.wantErr("no code at all", err, store.ErrNotFound)
		byID, err := tx.Code(ids["b"])
		if err != nil || byID.Address != "other@jxw.example" {
			t.Errorf("Code: %+v, %v", byID, err)
		}
		return nil
	})
	b.view(func(tx *store.Tx) error {
		code, err := tx.LookupCode(codes["a"])
		if code.State != store.CodeExpired || code.StateAt(b.now) != store.CodeLive {
			t.Errorf("in a view: %s, at now %s", code.State, code.StateAt(b.now))
		}
		return err
	})
	void := func(f store.CodeFilter, want int) {
		b.update(func(tx *store.Tx) error {
			n, err := tx.VoidCodes(f)
			if n != want {
				t.Errorf("VoidCodes(%+v): %d, want %d", f, n, want)
			}
			return err
		})
	}
	b.update(func(tx *store.Tx) error { return tx.UseCode(ids["a"]) })
	b.wantErr("used twice", b.probe(func(tx *store.Tx) error { return tx.UseCode(ids["a"]) }), store.ErrTaken)
	// A decision voids the other approvers' codes for that draft, no others.
	void(store.CodeFilter{Case: c.Number, Matter: petition.MatterApproval, Revision: 2, Address: "OTHER@jxw.example"}, 1)
	void(store.CodeFilter{Case: c.Number, Matter: petition.MatterApproval, Revision: 1, ExceptID: ids["old draft"]}, 0)
	void(store.CodeFilter{Case: c.Number, Division: "power"}, 1)
	for name, want := range map[string]store.CodeState{
		"a": store.CodeUsed, "b": store.CodeVoid, "old draft": store.CodeLive, "dispatch": store.CodeVoid, "short": store.CodeLive,
		"held": store.CodeLive,
	} {
		if got := state(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	b.wantErr("a voided one", b.probe(func(tx *store.Tx) error { return tx.UseCode(ids["b"]) }), store.ErrTaken)
	void(store.CodeFilter{Held: 7}, 1)
	b.now = b.now.Add(time.Hour)
	if got := state("short"); got != store.CodeExpired {
		t.Errorf("at its end: %s", got)
	}
	b.wantErr("an expired one", b.probe(func(tx *store.Tx) error { return tx.UseCode(ids["short"]) }), store.ErrTaken)
	if err := b.probe(func(tx *store.Tx) error { _, err := tx.VoidCodes(store.CodeFilter{}); return err }); err == nil {
		t.Error("every code of the office was voided")
	}
	// The register holds nothing that a code could be read from.
	var n int
	query := "SELECT COUNT(*) FROM codes WHERE digest LIKE '%" + strings.ReplaceAll(codes["a"], "-", "") + "%'"
	if err := b.raw().QueryRowContext(b.Context(), query).Scan(&n); err != nil || n != 0 {
		t.Errorf("codes in clear: %d, %v", n, err)
	}
}

func TestNormaliseCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typed, want string
		ok          bool
	}{
		{"7Q4KM-2XD9P", "7Q4KM2XD9P", true},
		{" 7q4km2xd9p ", "7Q4KM2XD9P", true},
		{"oOiIl-00000", "0011100000", true},
		{"７Ｑ４ＫＭ－２ＸＤ９Ｐ", "7Q4KM2XD9P", true},
		{"7Q4KM—2XD9P", "7Q4KM2XD9P", true},
		{"7Q4KM-2XD9", "7Q4KM2XD9", false},
		{"7Q4KM-2XD9PP", "7Q4KM2XD9PP", false},
		{"UUUUU-UUUUU", "", false},
		{"7Q4KM 2XD9P", "", false},
		{"", "", false},
		{strings.Repeat("-", 1000), "", false},
	}
	for _, test := range tests {
		got, ok := store.NormaliseCode(test.typed)
		if got != test.want || ok != test.ok {
			t.Errorf("NormaliseCode(%q) = %q, %v, want %q, %v", test.typed, got, ok, test.want, test.ok)
		}
	}
	if got := store.ShowCode("7Q4KM2XD9P"); got != "7Q4KM-2XD9P" {
		t.Errorf("ShowCode: %q", got)
	}
}

func FuzzNormaliseCode(f *testing.F) {
	for _, seed := range []string{"7Q4KM-2XD9P", "oil", "７Ｑ４", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		normal, ok := store.NormaliseCode(typed)
		if !ok {
			return
		}
		again, ok := store.NormaliseCode(store.ShowCode(normal))
		if !ok || again != normal {
			t.Errorf("%q reads as %q, which reads as %q", typed, normal, again)
		}
	})
}
