package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// The suite: every exercise runs on both engines.
var exercises = map[string]func(*testing.T, *bench){
	"numbers":                  exerciseNumbers,
	"cases":                    exerciseCases,
	"filters":                  exerciseFilters,
	"transactions":             exerciseTransactions,
	"dirty texts":              exerciseDirtyTexts,
	"ledger":                   exerciseLedger,
	"ledger is tamper-evident": exerciseTampering,
	"every tampering is found": exerciseEveryTampering,
	"a lone tampering":         exerciseLoneTampering,
	"a border was moved":       exerciseMovedBorder,
	"erasure":                  exerciseErasure,
	"rebuild":                  exerciseRebuild,
	"blobs":                    exerciseBlobs,
	"letters":                  exerciseLetters,
	"boxes":                    exerciseBoxes,
	"failed":                   exerciseFailed,
	"codes":                    exerciseCodes,
	"outgoing":                 exerciseOutgoing,
	"claims":                   exerciseClaims,
	"claims at once":           exerciseClaimsAtOnce,
	"outcomes":                 exerciseOutcomes,
	"clocks":                   exerciseClocks,
	"held":                     exerciseHeld,
	"tallies":                  exerciseTallies,
	"hourly cap":               exerciseHourlyCap,
	"hourly cap of lots":       exerciseHourlyLots,
	"large claims":             exerciseLargeClaims,
	"scope":                    exerciseScope,
	"leases":                   exerciseLeases,
	"search":                   exerciseSearch,
	"search of long text":      exerciseSearchLong,
	"status":                   exerciseStatus,
	"gateways at once":         exerciseGateways,
	"models":                   exerciseModels,
	"live gateways":            exerciseLiveGateways,
	"vitals":                   exerciseVitals,
	"prints":                   exercisePrints,
	"foresight":                exerciseForesight,
	"mails made beside":        exerciseMadeMails,
	"bytes come again":         exerciseBytesAgain,
	"more mails than a lot":    exerciseManyMails,
	"heavy mails":              exerciseHeavyMails,
	"mails in vain":            exerciseMailsInVain,
	"long texts":               exerciseLongTexts,
	"reopening":                exerciseReopening,
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	for name, exercise := range exercises {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercise(t, newBench(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "var", "register.db")}))
		})
	}
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	for name, exercise := range exercises {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercise(t, newBench(t, store.Options{Driver: "postgres", DSN: postgrestest.Start(t)}))
		})
	}
}

// bench is an open register with a date.
type bench struct {
	*testing.T
	options store.Options
	s       *store.Store
	now     time.Time
}

func newBench(t *testing.T, o store.Options) *bench {
	t.Helper()
	o.Prefix, o.Owner, o.Key = "SFJX", "one", []byte("0123456789abcdef0123456789abcdef")
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	o.Location = zone
	b := &bench{T: t, options: o, now: time.Date(2026, 11, 23, 9, 30, 0, 123456000, zone)}
	b.s = b.open()
	return b
}

// open opens the register once more, as another gateway would.
func (b *bench) open() *store.Store {
	b.Helper()
	s, err := store.Open(b.Context(), b.options)
	if err != nil {
		b.Fatalf("open: %v", err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	return s
}

func (b *bench) update(fn func(*store.Tx) error) {
	b.Helper()
	if err := b.s.Update(b.Context(), b.now, fn); err != nil {
		b.Fatalf("update: %v", err)
	}
}

func (b *bench) view(fn func(*store.Tx) error) {
	b.Helper()
	if err := b.s.View(b.Context(), fn); err != nil {
		b.Fatalf("view: %v", err)
	}
}

func (b *bench) wantErr(what string, got, want error) {
	b.Helper()
	if !errors.Is(got, want) {
		b.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

// register makes a case with its ledger entry.
func (b *bench) register(change func(*petition.Case)) petition.Case {
	b.Helper()
	var c petition.Case
	b.update(func(tx *store.Tx) (err error) {
		c, err = registerCase(tx, change)
		return err
	})
	return c
}

func registerCase(tx *store.Tx, change func(*petition.Case)) (petition.Case, error) {
	n, err := tx.NextNumber(2026)
	if err != nil {
		return petition.Case{}, err
	}
	c := petition.Case{
		Number: n, State: petition.Registered, Mailbox: "director", Sender: "Zhang@Mail.example", Name: "张某", Phone: "13800000000",
		Subject: "小区连续停电三天", Letter: 1, MessageID: "m1@mail.example", Arrived: tx.Now, Urgency: petition.Normal, Seq: 1,
	}
	if change != nil {
		change(&c)
	}
	if err := tx.InsertCase(c, "0123456789"); err != nil {
		return c, err
	}
	_, err = tx.Append(store.Entry{
		Case: n, Actor: petition.Actor{Role: petition.RoleCitizen, Address: c.Sender, Name: c.Name},
		Kind: petition.EvRegistered, Text: "收到来信", Data: []byte(`{"mailbox": "director", "a": 1.50}`), After: &c,
	})
	return c, err
}

// probe runs fn in an update that is thrown away, and returns fn's error.
func (b *bench) probe(fn func(*store.Tx) error) error {
	b.Helper()
	undone := errors.New("undone")
	var failed error
	err := b.s.Update(b.Context(), b.now, func(tx *store.Tx) error {
		failed = tx.Try(fn) // what waits is written at its end
		return undone
	})
	if !errors.Is(err, undone) {
		b.Fatalf("probe: %v", err)
	}
	return failed
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	key := make([]byte, 32)
	tests := []struct {
		name string
		o    store.Options
	}{
		{"unknown driver", store.Options{Driver: "oracle", DSN: "x", Key: key}},
		{"short key", store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "a.db"), Key: []byte("short")}},
		{"memory", store.Options{Driver: "sqlite", DSN: ":memory:", Key: key}},
		{"a folder", store.Options{Driver: "sqlite", DSN: t.TempDir(), Key: key}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(context.Background(), test.o)
			if err == nil {
				t.Errorf("Open(%s) succeeded", fmt.Sprint(test.o.Driver))
				_ = s.Close()
			}
		})
	}
}
