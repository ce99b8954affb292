package store_test

import (
	"fmt"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// found are the sequences of the cases found.
func (b *bench) found(words string) string {
	b.Helper()
	var out []string
	b.view(func(tx *store.Tx) error {
		hits, err := tx.Search(words, 10)
		for _, hit := range hits {
			_, _, sequence, _ := hit.Number.Parts()
			out = append(out, fmt.Sprint(sequence))
		}
		return err
	})
	return strings.Join(out, " ")
}

func exerciseSearch(t *testing.T, b *bench) {
	texts := []string{
		"小区连续停电三天，变压器烧了没人修。联系 Zhang@mail.example",
		"关于電價的诉求：停 电 之后电价上涨，HBJW 单位不答复",
		"企业反映：供水不足。停在路边的电瓶车",
	}
	for i, text := range texts {
		c := b.register(nil)
		b.update(func(tx *store.Tx) error { return tx.IndexLetter(c.Number, int64(i+1), text) })
	}
	tests := []struct{ name, words, want string }{
		{"two characters", "停电", "2 1"},
		{"with a blank inside the text", "停电之后", "2"},
		{"traditional in the text", "电价", "2"},
		{"traditional in the question", "電價", "2"},
		{"bigrams that stand apart", "电三路", ""},
		{"two words", "停电 变压器", "1"},
		{"words of two texts", "供水 变压器", ""},
		{"full-width blank between", "电价　诉求", "2"},
		{"one character", "修", "1"},
		{"the last character of a text", "车", "3"},
		{"one character and a word", "天 停电", "1"},
		{"Latin in any case", "hbjw", "2"},
		{"address", "zhang@MAIL.example", "1"},
		{"part of an address", "mail", "1"},
		{"number shape", "a-b", ""},
		{"signs only", "，。", ""},
		{"operators", "停电 OR AND NOT NEAR", ""},
		{"quotes", `"停电" '"*:&|!()`, ""},
		{"nothing", "  ", ""},
	}
	for _, test := range tests {
		if got := b.found(test.words); got != test.want {
			t.Errorf("%s: %q found %q, want %q", test.name, test.words, got, test.want)
		}
	}
	b.view(func(tx *store.Tx) error {
		hits, err := tx.Search("變壓器", 10)
		if err != nil || len(hits) != 1 || hits[0].LetterID != 1 || !strings.Contains(hits[0].Snippet, "三天，变压器烧了") {
			t.Errorf("snippet: %+v, %v", hits, err)
		}
		return nil
	})
	exerciseReindex(t, b)
}

// exerciseReindex changes what was indexed.
func exerciseReindex(t *testing.T, b *bench) {
	one := petition.Number("SFJX-2026-000001")
	b.update(func(tx *store.Tx) error {
		if err := tx.IndexCase(one, string(one)+" 旧主题"); err != nil {
			return err
		}
		if err := tx.IndexCase(one, string(one)+" 新主题 停电"); err != nil {
			return err
		}
		return tx.IndexLetter(one, 1, "换了文字")
	})
	for words, want := range map[string]string{
		"旧主题": "", "新主题": "1", "停电": "1 2", "变压器": "", "换了": "1", "SFJX-2026-000001": "1",
	} {
		if got := b.found(words); got != want {
			t.Errorf("after indexing again: %q found %q, want %q", words, got, want)
		}
	}
	// A letter without a case is found once it has one.
	var id int64
	b.update(func(tx *store.Tx) error {
		digest, err := tx.PutBlob([]byte("x"))
		if err != nil {
			return err
		}
		// Ids 1 to 3 were made up above.
		for id < 4 {
			if id, err = tx.AddLetter(store.Letter{Digest: digest, Arrived: b.now}); err != nil {
				return err
			}
		}
		return tx.IndexLetter("", id, "尚未登记的来件")
	})
	if got := b.found("来件"); got != "" {
		t.Errorf("without a case: found %q", got)
	}
	b.update(func(tx *store.Tx) error { return tx.SetLetterCase(id, one, store.KindFollowUp) })
	if got := b.found("来件"); got != "1" {
		t.Errorf("with a case: found %q", got)
	}
	// What fails in the index is undone by itself.
	if b.options.Driver == "sqlite" {
		b.mustExec(b.raw(), "DROP TABLE search_grams")
	} else {
		b.mustExec(b.raw(), "ALTER TABLE search_docs ADD CHECK (length(text) < 10) NOT VALID")
	}
	b.update(func(tx *store.Tx) error {
		if err := tx.IndexCase(one, "一段不能编入索引的很长的文字"); err == nil {
			t.Error("indexing did not fail")
		}
		return tx.SetSetting("registered", "all the same")
	})
}

func exerciseSearchLong(t *testing.T, b *bench) {
	// Some 200,000 different bigrams: several rows, each below PostgreSQL's limit.
	var text strings.Builder
	for i := range 200_000 {
		text.WriteRune(rune(0x4e00 + i*7919%20000))
		text.WriteRune(rune(0x4e00 + i*104729%19997))
	}
	runes := []rune(text.String())
	c := b.register(nil)
	b.update(func(tx *store.Tx) error { return tx.IndexLetter(c.Number, 1, text.String()) })
	for _, at := range []int{0, 39_990, 39_998, 79_870, 200_000, len(runes) - 6} {
		if word := string(runes[at : at+6]); b.found(word) != "1" {
			t.Errorf("%q at %d is not found", word, at)
		}
	}
}
