package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type occurrence struct {
	word string
	end  int
}

// scanAll returns what the automaton finds, sorted.
func scanAll(words []string, text string) []occurrence {
	runes := make([][]rune, len(words))
	for i, w := range words {
		runes[i] = []rune(w)
	}
	var out []occurrence
	newAutomaton(runes).scan([]rune(text), func(w int32, end int) {
		out = append(out, occurrence{words[w], end})
	})
	slices.SortFunc(out, func(a, b occurrence) int {
		if a.end != b.end {
			return a.end - b.end
		}
		return strings.Compare(a.word, b.word)
	})
	return out
}

// naive finds the same by comparing everywhere.
func naive(words []string, text string) []occurrence {
	var out []occurrence
	runes := []rune(text)
	for end := 1; end <= len(runes); end++ {
		for _, w := range words {
			if strings.HasSuffix(string(runes[:end]), w) {
				out = append(out, occurrence{w, end})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b occurrence) int {
		if a.end != b.end {
			return a.end - b.end
		}
		return strings.Compare(a.word, b.word)
	})
	return out
}

func TestAutomaton(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		words []string
		text  string
	}{
		{"none", nil, "停电"},
		{"classic", []string{"he", "she", "his", "hers"}, "ushers and his"},
		{"inside each other", []string{"电", "停电", "电力", "停电力", "力"}, "停电力停电电力"},
		{"suffix of a longer prefix", []string{"abcd", "bc", "c"}, "abce abcd"},
		{"four bytes", []string{"𠮷村", "村"}, "大𠮷村𠮷"},
		{"repeats", []string{"aa", "aaa"}, "aaaaa"},
		{"no text", []string{"a"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(naive(tt.words, tt.text), scanAll(tt.words, tt.text), cmp.AllowUnexported(occurrence{})); diff != "" {
				t.Errorf("words %v in %q (-naive +automaton):\n%s", tt.words, tt.text, diff)
			}
		})
	}
}

func TestAutomatonRandom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) string {
		b := make([]rune, n)
		for i := range b {
			b[i] = []rune("停电价水𠮷")[random.IntN(5)]
		}
		return string(b)
	}
	for range 300 {
		var words []string
		for range random.IntN(25) {
			if w := draw(1 + random.IntN(5)); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		text := draw(random.IntN(60))
		if diff := cmp.Diff(naive(words, text), scanAll(words, text), cmp.AllowUnexported(occurrence{})); diff != "" {
			t.Fatalf("words %v in %q (-naive +automaton):\n%s", words, text, diff)
		}
	}
}

func TestAutomatonSize(t *testing.T) {
	t.Parallel()
	words := make([][]rune, 10_000)
	for i, w := range manyWords(len(words)) {
		words[i] = []rune(w)
	}
	if size := newAutomaton(words).size(); size > 50<<20 {
		t.Errorf("automaton of 10,000 words takes %d bytes, want at most 50 MB", size)
	}
}

// manyWords makes n different words of two to five common characters.
func manyWords(n int) []string {
	random := rand.New(rand.NewPCG(7, uint64(n)))
	seen := make(map[string]bool, n)
	var words []string
	for len(words) < n {
		b := make([]rune, 2+random.IntN(4))
		for i := range b {
			b[i] = 0x4e00 + rune(random.IntN(3500))*5
		}
		if w := string(b); !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words
}

func BenchmarkAutomatonBuild(b *testing.B) {
	for _, n := range []int{200, 2_000, 10_000} {
		words := make([][]rune, n)
		for i, w := range manyWords(n) {
			words[i] = []rune(w)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				newAutomaton(words)
			}
		})
	}
}
