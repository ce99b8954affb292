package rules

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxExampleLine is the greatest length of one line of examples in bytes.
const maxExampleLine = 64 << 20

// ErrNotUTF8 is the error of a line in another encoding.
var ErrNotUTF8 = errors.New("not UTF-8")

// ExampleError is the error of a line of examples that cannot be read.
type ExampleError struct {
	Line int
	Err  error
}

func (e *ExampleError) Error() string {
	return fmt.Sprintf("read examples: line %d: %v", e.Line, e.Err)
}

func (e *ExampleError) Unwrap() error { return e.Err }

// ReadExamples reads labelled letters, one JSON object a line
// ({"subject","body","label"}); further fields and empty lines do not count. The
// error is an *ExampleError of the first line that cannot be read.
func ReadExamples(r io.Reader) ([]Example, error) {
	var out []Example
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxExampleLine)
	n := 0
	for lines.Scan() {
		n++
		// QUIRK: Windows editors put a byte order mark before the first line.
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		e, err := readExample(line)
		if err != nil {
			return nil, &ExampleError{n, err}
		}
		out = append(out, e)
	}
	if err := lines.Err(); err != nil {
		return nil, &ExampleError{n + 1, err}
	}
	return out, nil
}

// readExample reads one line.
func readExample(line []byte) (Example, error) {
	var e Example
	err := json.Unmarshal(line, &e)
	e.Label = strings.TrimFunc(e.Label, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	switch {
	case utf8.Valid(line):
		return e, err
	case err != nil:
		// A line that breaks off within a character is no other encoding.
		if _, ok := errors.AsType[*json.SyntaxError](err); ok && !utf8.Valid(wholeRunes(line)) {
			return e, ErrNotUTF8
		}
		return e, err
	}
	// The decoder puts a mark for each broken byte, and whatever was learned from
	// those would be noise. In other fields they are no matter.
	var raw struct{ Subject, Body, Label json.RawMessage }
	if err := json.Unmarshal(line, &raw); err != nil {
		return e, fmt.Errorf("read example: %w", err)
	}
	if !utf8.Valid(raw.Subject) || !utf8.Valid(raw.Body) || !utf8.Valid(raw.Label) {
		return e, ErrNotUTF8
	}
	return e, nil
}

// wholeRunes leaves out a character at the end of which bytes are missing.
func wholeRunes(line []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(line); n++ {
		if tail := line[len(line)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return line[:len(line)-n]
			}
			break
		}
	}
	return line
}
