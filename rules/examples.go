package rules

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
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
		// The decoder would put a mark for each broken byte, and whatever was
		// learned from those would be noise.
		if !utf8.Valid(line) {
			return nil, &ExampleError{n, ErrNotUTF8}
		}
		var e Example
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, &ExampleError{n, err}
		}
		e.Label = strings.TrimSpace(e.Label)
		out = append(out, e)
	}
	if err := lines.Err(); err != nil {
		return nil, &ExampleError{n + 1, err}
	}
	return out, nil
}
