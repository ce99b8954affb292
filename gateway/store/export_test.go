package store

import (
	"encoding/json"
	"strings"
)

// Grams are the terms of a text as the index holds them.
func (d Doc) Grams() string {
	var all []string
	for _, row := range d.rows {
		all = append(all, row.grams)
	}
	return strings.Join(all, " ")
}

// JSONOf is a list in the form in which rows are handed to the database.
func JSONOf(list []any) string {
	raw, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return string(raw)
}
