package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// TestBenchScale measures what a large register costs: one more letter and a
// search. The rows of `make bench` come out of it; elsewhere it runs on a small one.
func TestBenchScale(t *testing.T) {
	large := size(1_000_000, 1500)
	if word := os.Getenv("XINFANGD_BENCH_CASES"); word != "" {
		var err error
		if large, err = strconv.Atoi(word); err != nil {
			t.Fatal(err)
		}
	}
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			open := func(t *testing.T) *bench {
				dsn := filepath.Join(t.TempDir(), "register.db")
				if driver == "postgres" {
					dsn = postgrestest.Durable(t)
				}
				return newBench(t, store.Options{Driver: driver, DSN: dsn})
			}
			small, big := open(t), open(t)
			small.grow(1000)
			began := time.Now()
			big.grow(large)
			t.Logf("%s: %d cases built in %v", driver, large, time.Since(began))
			a, b := small.oneMore(0), big.oneMore(0)
			for range 4 { // in turn, for the machine is not always the same
				a, b = append(a, small.oneMore(len(a))...), append(b, big.oneMore(len(b))...)
			}
			atSmall, atBig := middle(a), middle(b)
			scaleRow("one more letter with %d cases in the register, %s: %.2f ms", large, driver, ms(atBig))(
				"with 1,000: %.2f ms", ms(atSmall))("%.2f×", float64(atBig)/float64(atSmall))("≤ 1.3×")
			var searches []time.Duration
			for _, words := range []string{"停电 变压器", "水管 爆裂", "停电 通知", "电梯 噪音", "拖欠 工资", "门牌 七五三"} {
				began := time.Now()
				hits := big.found(words)
				searches = append(searches, time.Since(began))
				t.Logf("%s: search %q took %v, found %q", driver, words, searches[len(searches)-1], hits)
			}
			scaleRow("`case search` for two Chinese words among %d letters, %s", large, driver)("–")(
				"median %.0f ms, longest of %d: %.0f ms", ms(middle(searches)), len(searches), ms(slices.Max(searches)))("< 200 ms")
		})
	}
}

// size is how large a measured register is, and how large one that is not.
func size(measured, small int) int {
	if os.Getenv("XINFANGD_BENCH") == "1" {
		return measured
	}
	return small
}

// scaleRow prints a row of the table, cell by cell.
func scaleRow(what string, args ...any) func(string, ...any) func(string, ...any) func(string) {
	return func(beside string, more ...any) func(string, ...any) func(string) {
		return func(measured string, most ...any) func(string) {
			return func(bar string) {
				fmt.Printf("| %s | %s | %s | %s |\n", fmt.Sprintf(what, args...), fmt.Sprintf(beside, more...), fmt.Sprintf(measured, most...), bar)
			}
		}
	}
}

func middle(list []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// letterText is the text of the nth letter: words that stand in many letters,
// and some that stand in few.
func letterText(n int) string {
	what := []string{"小区停电，变压器烧了没人修", "水管爆裂，路面积水", "电梯故障，噪音扰民", "企业拖欠工资，多次讨要无果", "路灯不亮，夜间出行不便", "暖气不热，室温不足", "工厂排放废气，气味刺鼻"}
	where := []string{"东湖", "西山", "南桥", "北苑", "长青", "和平", "建设", "新华", "光明", "团结", "永安"}
	digits := []rune("零一二三四五六七八九")
	number := []rune(strconv.Itoa(n))
	for i, r := range number {
		number[i] = digits[r-'0']
	}
	return fmt.Sprintf("%s路%d号院：%s。请核实处理并答复。门牌%s。", where[n%len(where)], n%97, what[n%len(what)], string(number))
}

// oneMore registers twenty letters, one a transaction, as the desk does, and
// returns what each took.
func (b *bench) oneMore(serial int) []time.Duration {
	b.Helper()
	var took []time.Duration
	for i := range 20 {
		raw := fmt.Appendf(nil, "Subject: %d\r\n\r\n%s", serial+i, letterText(serial+i*31))
		text := letterText(serial*7 + i*31)
		print := fold.Fingerprint(text)
		began := time.Now()
		b.update(func(tx *store.Tx) error {
			blob := b.s.Compress(raw)
			if _, err := tx.LettersByDigest(blob.Digest); err != nil {
				return err
			}
			if err := tx.PutCompressed(blob); err != nil {
				return err
			}
			id, err := tx.AddLetter(store.Letter{Mailbox: "more", UIDValidity: 1, UID: uint32(serial + i + 1), Digest: blob.Digest, Size: blob.Size, Arrived: b.now,
				From: "li@mail.example", Subject: "停电", MessageID: fmt.Sprintf("more%d@mail.example", serial+i), Kind: store.KindLetter})
			if err != nil {
				return err
			}
			if _, err := tx.ListCases(store.CaseFilter{Sender: fmt.Sprintf("more%d@mail.example", serial+i), Mailbox: "more", Newest: true, Limit: 20}); err != nil {
				return err
			}
			number, err := tx.NextNumber(2026)
			if err != nil {
				return err
			}
			c := petition.Case{Number: number, State: petition.Registered, Mailbox: "more", Sender: fmt.Sprintf("more%d@mail.example", serial+i), Subject: "停电", Arrived: b.now, Letter: id}
			if err := tx.InsertCase(c, "0123456789"); err != nil {
				return err
			}
			if _, err := tx.Append(store.Entry{Case: number, Actor: petition.System(), Kind: petition.EvRegistered, After: &c}); err != nil {
				return err
			}
			if err := tx.SetLetterCase(id, number, store.KindLetter); err != nil {
				return err
			}
			if _, err := tx.SimilarLetters(c.Sender, print); err != nil {
				return err
			}
			if err := tx.AddPrint(number, id, c.Sender, print, store.Mass{N: 1, First: number}); err != nil {
				return err
			}
			if err := tx.SetClock(number, petition.ClockAccept, 0, b.now.Add(24*time.Hour)); err != nil {
				return err
			}
			if _, err := tx.Queue(store.Outgoing{Case: number, Kind: "receipt", To: []string{c.Sender}, From: "wsxf@jxw.example", Subject: "收件回执",
				MessageID: fmt.Sprintf("receipt%d@jxw.example", serial+i), Raw: raw, Letter: id, Matter: petition.MatterAlarm}); err != nil {
				return err
			}
			return tx.IndexRegistration(number, "停电", id, store.NewDoc(text))
		})
		took = append(took, time.Since(began))
	}
	return took
}

// grow fills the register with n cases of an office's past, faster than any
// office could: straight into the tables, with what one more letter looks at
// (indices, fingerprints, search) as it would be.
func (b *bench) grow(n int) {
	b.Helper()
	dsn := b.options.DSN
	if b.options.Driver == "sqlite" {
		dsn = "file:" + dsn + "?_pragma=busy_timeout(10000)&_pragma=synchronous(0)&_pragma=cache_size(-200000)"
	}
	db, err := sql.Open(b.options.Driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	ctx := b.Context()
	for from := 0; from < n; from += 20_000 {
		if err := b.growSome(ctx, db, from, min(from+20_000, n)); err != nil {
			b.Fatalf("grow to %d: %v", n, err)
		}
	}
	statements := []string{"INSERT INTO numbers (year, last) VALUES (2026, " + strconv.Itoa(n) + ")", "ANALYZE"}
	if b.options.Driver == "postgres" {
		for _, table := range []string{"letters", "clocks"} {
			statements = append(statements, fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', 'id'), %d)", table, n+1))
		}
		statements = append(statements, fmt.Sprintf("SELECT setval('search_docs_id_seq', %d)", n+1), "CHECKPOINT")
	}
	for _, text := range statements {
		if _, err := db.ExecContext(ctx, text); err != nil {
			b.Fatalf("%s: %v", text, err)
		}
	}
}

// bulk is one table's rows: by COPY or by prepared statements.
type bulk struct {
	table   string
	columns []string
}

var bulks = []bulk{
	{"blobs", []string{"digest", "size", "packed"}},
	{"cases", []string{"number", "year", "sequence", "state", "mailbox", "sender", "lead", "category", "urgency", "confidential", "arrived", "due", "query_code", "record"}},
	{"letters", []string{"id", "mailbox", "uidvalidity", "uid", "digest", "size", "arrived", "sender", "name", "subject", "message_id", "in_reply_to", "refs", "kind", "case_number", "note"}},
	{"prints", []string{"letter", "case_number", "sender", "print", "at"}},
	{"print_bands", []string{"band", "letter"}},
	{"clocks", []string{"id", "case_number", "clock", "step", "due"}},
}

func (b *bench) growSome(ctx context.Context, db *sql.DB, from, to int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	for _, table := range bulks {
		if err := b.fillTable(ctx, tx, table, from, to); err != nil {
			return fmt.Errorf("%s: %w", table.table, err)
		}
	}
	if err := b.fillSearch(ctx, tx, from, to); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return tx.Commit()
}

func (b *bench) fillTable(ctx context.Context, tx *sql.Tx, table bulk, from, to int) error {
	text := "COPY " + table.table + " (" + strings.Join(table.columns, ", ") + ") FROM STDIN"
	if b.options.Driver == "sqlite" {
		text = "INSERT INTO " + table.table + " ("
		values := ""
		for i, column := range table.columns {
			if i > 0 {
				text, values = text+", ", values+", "
			}
			text, values = text+column, values+"$"+strconv.Itoa(i+1)
		}
		text += ") VALUES (" + values + ")"
	}
	stmt, err := tx.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	for n := from; n < to; n++ {
		for _, values := range b.rowsOf(table.table, n) {
			if _, err := stmt.ExecContext(ctx, values...); err != nil {
				return err
			}
		}
	}
	if b.options.Driver == "postgres" {
		if _, err := stmt.ExecContext(ctx); err != nil {
			return err
		}
	}
	return stmt.Close()
}

// rowsOf are the rows of the nth case in a table.
func (b *bench) rowsOf(table string, n int) [][]any {
	number := string(petition.NewNumber("SFJX", 2026, n+1))
	digest := fmt.Sprintf("%064x", n+1)
	at := b.now.Add(-time.Duration(n) * time.Minute).UTC().Format("2006-01-02T15:04:05.000000Z")
	sender := fmt.Sprintf("c%d@mail.example", n)
	switch table {
	case "blobs":
		return [][]any{{digest, 3000, 0}}
	case "cases":
		return [][]any{{number, 2026, n + 1, "archived", "director", sender, "power", "供电", "", false, at, at, "0123456789",
			fmt.Sprintf(`{"number":%q,"state":"archived","mailbox":"director","sender":%q,"subject":"停电","letter":%d}`, number, sender, n+1)}}
	case "letters":
		return [][]any{{n + 1, "director", 1, n + 1, digest, 3000, at, sender, "", "停电", fmt.Sprintf("m%d@mail.example", n), "", "", "letter", number, ""}}
	case "prints":
		return [][]any{{n + 1, number, "s" + strconv.Itoa(n), fold.Fingerprint(letterText(n)).String(), at}}
	case "print_bands":
		var rows [][]any
		for i, band := range fold.Fingerprint(letterText(n)).Bands() {
			// As many rows as letters have, without the crowds that a hundred made-up
			// texts would form.
			rows = append(rows, []any{fmt.Sprintf("%s/%d/%d", band, i, n), n + 1})
		}
		return rows
	case "clocks":
		return [][]any{{n + 1, number, "accept", 0, b.now.Add(time.Duration(n) * time.Minute).UTC().Format("2006-01-02T15:04:05.000000Z")}}
	}
	return nil
}

// fillSearch puts the letters into the search index, by the register's own
// queries for copying.
func (b *bench) fillSearch(ctx context.Context, tx *sql.Tx, from, to int) error {
	texts := []string{"INSERT INTO search_docs (id, case_number, letter, text) VALUES ($1, $2, $3, $4)", "INSERT INTO search_grams (rowid, grams) VALUES ($1, $2)"}
	if b.options.Driver == "postgres" {
		texts = []string{"INSERT INTO search_docs (id, case_number, letter, text, grams) SELECT CAST(r->>0 AS BIGINT), r->>1, CAST(r->>0 AS BIGINT), r->>2, " +
			"array_to_tsvector(string_to_array(r->>3, ' ') || ('z' || CAST(r->>0 AS BIGINT) / 8192)::text) FROM json_array_elements(CAST($1 AS JSON)) r"}
	}
	var stmts []*sql.Stmt
	for _, text := range texts {
		stmt, err := tx.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		stmts = append(stmts, stmt)
	}
	var pack []any
	for n := from; n < to; n++ {
		number, text := string(petition.NewNumber("SFJX", 2026, n+1)), letterText(n)
		grams := store.NewDoc(text).Grams()
		if b.options.Driver == "sqlite" {
			_, err1 := stmts[0].ExecContext(ctx, n+1, number, n+1, text)
			_, err2 := stmts[1].ExecContext(ctx, n+1, grams)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			continue
		}
		if pack = append(pack, []any{n + 1, number, text, grams}); len(pack) == 1000 || n == to-1 {
			if _, err := stmts[0].ExecContext(ctx, store.JSONOf(pack)); err != nil {
				return err
			}
			pack = pack[:0]
		}
	}
	return nil
}
