package configs

import (
	"strings"
)

// keyHint says what may be wrong with a key that is not known.
func keyHint(key string, known []string) string {
	if hint := wideHint(key); hint != "" {
		return hint
	}
	return suggestion(key, known)
}

// suggestion names the known word a mistyped one is nearest to, if any is near.
func suggestion(word string, known []string) string {
	best, distance := "", 1+len([]rune(word))/3
	plain := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(word))
	for _, k := range known {
		if plain == k {
			return "；是不是想写 " + k + "？"
		}
		if n := editDistance(plain, k); n <= distance && (best == "" || n < distance) {
			best, distance = k, n
		}
	}
	if best == "" {
		return ""
	}
	return "；是不是想写 " + best + "？"
}

// editDistance counts insertions, deletions, replacements and swaps of
// neighbours (optimal string alignment).
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	older, old, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(old[j]+1, row[j-1]+1, old[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, old, row = old, row, older
	}
	return old[len(t)]
}
