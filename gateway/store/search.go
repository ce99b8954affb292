package store

import "xinfangd/gateway/petition"

// SearchHit is one case found by its words.
type SearchHit struct {
	Number petition.Number
	// LetterID is the letter in which the words stood, 0 for the case's own
	// fields.
	LetterID int64
	// Snippet is the text around the first word, on one line.
	Snippet string
}
