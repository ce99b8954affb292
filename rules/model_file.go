package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// A model on disk is the magic word, the version, the fields in the order of
// MarshalBinary, and the SHA-256 of all that. Numbers are varints, fractions
// IEEE 754 bits, little endian; keys are differences to the key before.
//
// NOTE: the weights are those of letters weighed as letterGrams and
// inverseFrequency do it; a change there takes another version, too.
const (
	modelMagic   = "xinfangd model\n"
	modelVersion = 2
	// Bounds on what is read.
	maxModelBytes = 64 << 20
	maxModelGrams = 1 << 20
	maxLabelBytes = 1 << 10
	maxReport     = 4 << 20
)

// ErrModel tells that bytes are not a sound model of a version that is known.
var ErrModel = errors.New("not a sound model")

// MarshalBinary returns the model as bytes; the same model gives the same bytes.
func (m *Model) MarshalBinary() ([]byte, error) {
	report, err := json.Marshal(m.report)
	if err != nil {
		return nil, fmt.Errorf("encode model: %w", err)
	}
	out := append([]byte(modelMagic), modelVersion)
	out = binary.AppendUvarint(out, uint64(len(m.labels)))
	for i, label := range m.labels {
		out = binary.AppendUvarint(out, uint64(len(label)))
		out = append(out, label...)
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(m.bias[i]))
	}
	out = appendFloats(out, m.sigmoid.slope, m.sigmoid.offset)
	out = binary.AppendUvarint(out, uint64(m.letters))
	out = binary.AppendUvarint(out, uint64(len(m.keys)))
	last := uint64(0)
	k := len(m.labels)
	for g, key := range m.keys {
		out = binary.AppendUvarint(out, key-last)
		last = key
		out = binary.AppendUvarint(out, uint64(m.df[g]))
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(m.unit[g]))
		for _, w := range m.weights[g*k : g*k+k] {
			out = append(out, byte(w))
		}
	}
	out = binary.AppendUvarint(out, uint64(len(m.curve)))
	for _, p := range m.curve {
		out = appendFloats(out, p.confidence, p.precision, p.coverage)
	}
	out = binary.AppendUvarint(out, uint64(len(report)))
	out = append(out, report...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

func appendFloats(out []byte, numbers ...float64) []byte {
	for _, x := range numbers {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
	}
	return out
}

// UnmarshalBinary replaces m by the model that MarshalBinary wrote. Whatever is
// wrong with the bytes, m stays as it was and the error is an ErrModel.
func (m *Model) UnmarshalBinary(data []byte) error {
	if len(data) > maxModelBytes {
		return fmt.Errorf("decode model: %w: %d bytes are too many", ErrModel, len(data))
	}
	body, sum := data[:max(0, len(data)-sha256.Size)], data[max(0, len(data)-sha256.Size):]
	rest, ok := bytes.CutPrefix(body, []byte(modelMagic))
	switch {
	case !ok || len(rest) == 0:
		return fmt.Errorf("decode model: %w: no model at all", ErrModel)
	case rest[0] != modelVersion:
		return fmt.Errorf("decode model: %w: version %d, only %d can be read", ErrModel, rest[0], modelVersion)
	}
	if want := sha256.Sum256(body); !bytes.Equal(sum, want[:]) {
		return fmt.Errorf("decode model: %w: the checksum does not fit", ErrModel)
	}
	r := modelReader{rest: rest[1:]}
	out := r.model()
	if r.broken != "" || len(r.rest) > 0 {
		return fmt.Errorf("decode model: %w: %s", ErrModel, r.broken)
	}
	out.prepare()
	*m = *out
	return nil
}

// modelReader reads fields; the first that is broken is remembered, and zeros
// are read from then on.
type modelReader struct {
	rest   []byte
	broken string
}

func (r *modelReader) fail(what string) {
	if r.broken == "" {
		r.broken = "broken " + what
	}
	r.rest = nil
}

// number reads a number of at most the given size.
func (r *modelReader) number(what string, most uint64) uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > most {
		r.fail(what)
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// count reads how many things follow, each of at least size bytes.
func (r *modelReader) count(what string, most uint64, size int) int {
	return int(r.number(what, min(most, uint64(len(r.rest)/size))))
}

func (r *modelReader) bytes(what string, n int) []byte {
	if n > len(r.rest) {
		r.fail(what)
		return nil
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

// float reads a finite number.
func (r *modelReader) float(what string) float64 {
	b := r.bytes(what, 8)
	if b == nil {
		return 0
	}
	x := math.Float64frombits(binary.LittleEndian.Uint64(b))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.fail(what)
		return 0
	}
	return x
}

func (r *modelReader) float32(what string) float32 {
	b := r.bytes(what, 4)
	if b == nil {
		return 0
	}
	x := math.Float32frombits(binary.LittleEndian.Uint32(b))
	if x != x || math.IsInf(float64(x), 0) {
		r.fail(what)
		return 0
	}
	return x
}

func (r *modelReader) model() *Model {
	m := new(Model)
	for range r.count("number of labels", maxLabels, 5) {
		label := r.bytes("label", r.count("label", maxLabelBytes, 1))
		if r.broken == "" && !utf8.Valid(label) {
			r.fail("label")
		}
		m.labels = append(m.labels, string(label))
		m.bias = append(m.bias, r.float32("bias"))
	}
	if len(m.labels) < minLabels || !slices.IsSorted(m.labels) {
		r.fail("labels")
	}
	m.sigmoid = sigmoid{slope: r.float("slope"), offset: r.float("offset")}
	m.letters = int(r.number("number of letters", math.MaxInt32))
	r.grams(m)
	for range r.count("number of promises", maxPoints, 24) {
		m.curve = append(m.curve, point{r.float("promise"), r.float("promise"), r.float("promise")})
	}
	report := r.bytes("report", r.count("report", maxReport, 1))
	if r.broken == "" && json.Unmarshal(report, &m.report) != nil {
		r.fail("report")
	}
	return m
}

// grams reads the rows of weights.
func (r *modelReader) grams(m *Model) {
	k := len(m.labels)
	n := r.count("number of grams", maxModelGrams, 6+k)
	m.keys, m.df = make([]uint64, 0, n), make([]int32, 0, n)
	m.unit, m.weights = make([]float32, 0, n), make([]int8, 0, n*k)
	last := uint64(0)
	for i := range n {
		step := r.number("gram", math.MaxUint64-last)
		if i > 0 && step == 0 {
			r.fail("gram")
		}
		last += step
		if !soundGram(last) {
			r.fail("gram")
		}
		if r.broken != "" {
			return
		}
		m.keys = append(m.keys, last)
		m.df = append(m.df, int32(r.number("frequency", uint64(m.letters))))
		m.unit = append(m.unit, r.float32("unit"))
		for _, w := range r.bytes("weights", k) {
			m.weights = append(m.weights, int8(w))
		}
	}
}

// soundGram tells whether a key spells characters, none after the last.
func soundGram(key uint64) bool {
	text, _ := spellGram(key)
	return len(text) > 0 && !slices.ContainsFunc(text, func(c rune) bool { return c == 0 || c > utf8.MaxRune })
}
