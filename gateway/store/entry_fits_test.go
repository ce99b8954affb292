package store

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"xinfangd/gateway/petition"
)

// sampleEntry is an entry as Append writes it, in the columns' form.
func sampleEntry(t testing.TB, seq int64, number petition.Number, after, data string, prev string) entryRow {
	t.Helper()
	at := time.Date(2026, 11, 23, 1, 30, 0, 123456000, time.UTC)
	record := entryRecord{Seq: seq, Case: number, Time: ledgerTime(at), Kind: "noted", Text: sum([]byte("text")), Prev: prev,
		Actor: petition.Actor{Role: petition.RoleHandler, Address: "slya@jxw.example", Name: "受理员\"甲\"\n"}}
	if after != "" {
		record.After = json.RawMessage(after)
	}
	if data != "" {
		record.Data = json.RawMessage(data)
	}
	raw, err := canonical(record)
	if err != nil {
		t.Fatal(err)
	}
	return entryRow{Seq: seq, Case: string(number), At: Time{at}, Kind: "noted", Entry: string(raw), Digest: sum(raw)}
}

func found(row entryRow) foundEntry {
	return foundEntry{seq: strconv.AppendInt(nil, row.Seq, 10), number: []byte(row.Case), at: []byte(ledgerTime(row.At.Time)), kind: []byte(row.Kind),
		digest: []byte(row.Digest), entry: []byte(row.Entry)}
}

// TestFitsTakesWhatAppendWrites: the quick proof that never succeeds proves
// nothing wrong, and is never quick.
func TestFitsTakesWhatAppendWrites(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"", `{"a":[1.50,-2e-7,0,null,true,false,{},[]],"z":"\u0001\\\"\ud83d\ude00"}`} {
		for _, after := range []string{"", `{"number":"SFJX-2026-000001","subject":"停电","dispatches":[{"division":"power","case":"x"}]}`} {
			for _, number := range []petition.Number{"", "SFJX-2026-000001", "信访-2026-000001"} {
				row := sampleEntry(t, 17, number, after, data, firstPrev)
				if prev, ok := found(row).fits(17); !ok || string(prev) != firstPrev {
					t.Errorf("fits of %s: %q, %v", row.Entry, prev, ok)
				}
			}
		}
	}
}

// TestFitsNeverBelieves changes a byte, a column or a member and digests the
// whole again: what the quick proof takes, the slow check must take, too.
func TestFitsNeverBelieves(t *testing.T) {
	t.Parallel()
	sound := sampleEntry(t, 17, "SFJX-2026-000001", `{"number":"SFJX-2026-000001","mailbox":"director","list":[1,2.5e3,"a\n"]}`, `{"case":"SFJX-2026-000001","kind":"x"}`, firstPrev)
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{`"`, `\`, `{`, `}`, `[`, `]`, `,`, `:`, "\x1e", "\x1f", "\x00", " ", "0", "1", "-", "e", ".", "true", "null", `\u12`, "\xff", `"seq":17,`, `"kind":"x",`, `"prev":"x",`,
		`"SEQ":18,`, `"case":"x",`, "A", "2026-02-30T00:00:00.000000Z"}
	taken := 0
	for range 30_000 {
		row := sound
		entry := []byte(row.Entry)
		for range 1 + random.IntN(2) {
			at, piece := random.IntN(len(entry)), pieces[random.IntN(len(pieces))]
			switch random.IntN(3) {
			case 0:
				entry[at] = byte(random.IntN(256))
			case 1:
				entry = slices.Insert(entry, at, []byte(piece)...)
			case 2:
				entry = slices.Delete(entry, at, min(at+1+random.IntN(20), len(entry)))
			}
		}
		row.Entry, row.Digest = string(entry), sum(entry)
		prev, ok := found(row).fits(17)
		if !ok {
			continue
		}
		taken++
		if problem := checkEntry(row, chainHead{Seq: 16, Digest: string(prev)}); problem != "" {
			t.Fatalf("taken: %s\n%s", problem, entry)
		}
	}
	if taken == 0 {
		t.Error("no changed entry was taken: the test compares nothing")
	}
	for i := range sound.Entry {
		changed := found(sound)
		changed.entry = bytes.Clone(changed.entry)
		changed.entry[i] ^= 1
		if _, ok := changed.fits(17); ok {
			t.Fatalf("byte %d of the entry is not looked at", i)
		}
	}
}

// TestFitsLooksAtEveryColumn: a column that says something else is not taken.
func TestFitsLooksAtEveryColumn(t *testing.T) {
	t.Parallel()
	row := sampleEntry(t, 17, "SFJX-2026-000001", "", "", firstPrev)
	for name, change := range map[string]func(*foundEntry){
		"seq":      func(f *foundEntry) { f.seq = []byte("18") },
		"case":     func(f *foundEntry) { f.number = []byte("SFJX-2026-000002") },
		"time":     func(f *foundEntry) { f.at = []byte("2026-11-23T01:30:00.123457Z") },
		"kind":     func(f *foundEntry) { f.kind = []byte("closed") },
		"digest":   func(f *foundEntry) { f.digest = bytes.ToUpper(f.digest) },
		"no entry": func(f *foundEntry) { f.entry = nil },
	} {
		f := found(row)
		change(&f)
		if _, ok := f.fits(17); ok {
			t.Errorf("%s: taken", name)
		}
	}
	if _, ok := found(row).fits(18); ok {
		t.Error("an entry was taken in another's place")
	}
}

// TestLedgerTimes: a time is taken when it can be read and is written as it reads.
func TestLedgerTimes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	taken := 0
	for _, sound := range []string{"2026-11-23T01:30:00.123456Z", "2024-02-29T23:59:59.999999Z", "2100-02-28T00:00:00.000000Z", "0000-02-29T00:00:00.000000Z"} {
		for i := range 20_000 {
			text := []byte(sound)
			for range i % 3 {
				text[random.IntN(len(text))] = "0123456789:-TZ."[random.IntN(15)]
			}
			if i%1000 == 999 {
				text = text[:random.IntN(len(text))]
			}
			at, err := time.Parse(time.RFC3339Nano, string(text))
			want := err == nil && ledgerTime(at) == string(text)
			if got := isLedgerTime(text); got != want {
				t.Fatalf("%s: %v, want %v", text, got, want)
			}
			if want {
				taken++
				if got := appendPostgresTime(nil, at.UnixMicro()-postgresEpoch); string(got) != string(text) {
					t.Fatalf("%s: written as %s", text, got)
				}
			}
		}
	}
	if taken < 1000 {
		t.Errorf("only %d times were sound: the test compares little", taken)
	}
}
