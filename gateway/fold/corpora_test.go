//go:build corpora

package fold

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestLetters measures on real letters where the thresholds of Alike come from.
func TestCorporaRepeats(t *testing.T) {
	t.Parallel()
	letters := corpusLetters(t)
	prints := make([]Print, len(letters))
	lookup := make(map[string][]int)
	met := make(map[[2]int]bool)
	for i, l := range letters {
		prints[i] = Fingerprint(l)
		for _, key := range prints[i].Bands() {
			for _, j := range lookup[key] {
				met[[2]int{i, j}] = true
			}
			lookup[key] = append(lookup[key], i)
		}
	}
	var apart, repeats int
	highest := 0.0
	for i, a := range prints {
		for j, b := range prints[:i] {
			s := Similarity(a, b)
			// The corpus has letters that were sent twice.
			if s >= Alike {
				repeats++
				continue
			}
			apart++
			highest = max(highest, s)
			if s >= 0.5 {
				t.Logf("%.2f: %.60q and %.60q", s, letters[i], letters[j])
			}
		}
	}
	t.Logf("%d pairs of different letters: highest similarity %.3f; %d pairs alike; %d pairs share a band", apart, highest, repeats, len(met))

	for _, size := range []int{100, 150, 250, 500} {
		var found []float64
		lost := 0
		for _, l := range letters {
			if n := len([]rune(l)); n < size || n > 2*size {
				continue
			}
			a := Fingerprint("尊敬的领导：您好！我叫刘建国，家住东湖新村三栋。" + l + "此致敬礼 刘建国")
			b := Fingerprint("经信委负责同志你们好，我是欧阳晓燕，住在老火车站宿舍。" + l + "望回复，谢谢！欧阳晓燕")
			found = append(found, Similarity(a, b))
			if !meet(a, b) {
				lost++
			}
		}
		slices.Sort(found)
		if len(found) == 0 {
			continue
		}
		at := func(q float64) float64 { return found[int(q*float64(len(found)-1))] }
		t.Logf("copies of %d to %d characters: %d, similarity lowest %.2f, 5 %% below %.2f, median %.2f; %d share no band",
			size, 2*size, len(found), found[0], at(0.05), at(0.5), lost)
		if size >= 250 && (at(0.05) < 0.8 || lost > len(found)/100) {
			t.Errorf("copies of %d characters: 5 %% are below %.2f, %d of %d share no band", size, at(0.05), lost, len(found))
		}
	}
	// A lookup that brings home a hundredth of the register would be none.
	if repeats > len(letters)/50 || len(met)*100 > apart {
		t.Errorf("%d pairs of %d letters are alike, %d of %d pairs share a band", repeats, len(letters), len(met), apart)
	}
}

func corpusLetters(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("XINFANGD_CORPORA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	f, err := os.Open(filepath.Join(root, "letters", "split-dev.jsonl"))
	if err != nil {
		t.Skip("corpus letters is absent; set XINFANGD_CORPORA to run against it")
	}
	defer f.Close()
	var all []string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var l struct{ Subject, Body string }
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l.Subject+"\n"+l.Body)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
