package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"xinfangd/gateway/petition"
)

// entryRecord is an entry as it is chained: the members of its canonical JSON.
type entryRecord struct {
	Seq   int64           `json:"seq"`
	Case  petition.Number `json:"case"`
	Time  string          `json:"time"`
	Actor petition.Actor  `json:"actor"`
	Kind  string          `json:"kind"`
	Text  string          `json:"text"` // salted digest
	Data  json.RawMessage `json:"data,omitempty"`
	After json.RawMessage `json:"after,omitempty"`
	Prev  string          `json:"prev"`
}

// canonical writes JSON in the one form that is digested: members sorted by
// name, no blanks, no escapes of <, > and &, numbers as they were written.
func canonical(value any) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write canonical json: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("write canonical json: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("write canonical json: more than one value")
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil { // maps are written sorted
		return nil, fmt.Errorf("write canonical json: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ledgerTime is an entry's time: always UTC, always of one width.
func ledgerTime(t time.Time) string { return t.UTC().Format(timeLayout) }
