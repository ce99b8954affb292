package rules

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// maxExampleLine is the greatest length of one line of examples in bytes.
const maxExampleLine = 64 << 20

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
		var e Example
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, &ExampleError{n, err}
		}
		out = append(out, e)
	}
	if err := lines.Err(); err != nil {
		return nil, &ExampleError{n + 1, err}
	}
	return out, nil
}
