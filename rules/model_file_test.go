package rules

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModelRoundTrip(t *testing.T) {
	t.Parallel()
	m := learn(t, madeUp(120, 1))
	data := encode(t, m)
	back := new(Model)
	if err := back.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, encode(t, back)) {
		t.Error("the model read is not the model written")
	}
	if diff := cmp.Diff(m.Report(), back.Report()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	for _, e := range madeUp(40, 8) {
		text := Text{Subject: e.Subject, Body: e.Body}
		if diff := cmp.Diff(m.Predict(text), back.Predict(text)); diff != "" {
			t.Errorf("prediction (-written +read):\n%s", diff)
		}
	}
}

// Whatever is learned can be read again.
func TestModelOddLabels(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", maxLabelBytes)
	examples := madeUp(100, 1)
	for i := range examples {
		examples[i].Label = []string{"供电\n处", "\xff\xfe", long, "a b"}[i%4]
	}
	m := learn(t, examples)
	if diff := cmp.Diff([]string{"a b", "供电\n处"}, m.Labels()); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if err := new(Model).UnmarshalBinary(encode(t, m)); err != nil {
		t.Error(err)
	}
}

// sealed puts a fitting checksum to bytes.
func sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(slices.Clone(body), sum[:]...)
}

func TestModelBroken(t *testing.T) {
	t.Parallel()
	m := learn(t, madeUp(40, 1))
	data := encode(t, m)
	body := data[:len(data)-sha256.Size]
	flipped := slices.Clone(data)
	flipped[len(flipped)/2] ^= 1
	version := slices.Clone(body)
	version[len(modelMagic)] = 9
	header := append([]byte(modelMagic), modelVersion)
	for _, tt := range []struct {
		name string
		data []byte
		says string
	}{
		{"nothing", nil, "no model at all"},
		{"a letter", []byte(strings.Repeat("Subject: hello\n", 20)), "no model at all"},
		{"a flipped bit", flipped, "checksum"},
		{"another version", sealed(version), "version 9"},
		{"half", data[:len(data)/2], "checksum"},
		{"half, sealed", sealed(body[:len(body)/2]), "broken"},
		{"one byte more, sealed", sealed(append(slices.Clone(body), 0)), ""},
		{"no labels", sealed(append(slices.Clone(header), 0)), "labels"},
		{"a million labels", sealed(append(slices.Clone(header), 0xc0, 0x84, 0x3d)), "number of labels"},
		{"a long label", sealed(append(slices.Clone(header), 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1, 1, 1, 1, 1, 1)), "label"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			back := new(Model)
			err := back.UnmarshalBinary(tt.data)
			if !errors.Is(err, ErrModel) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want an ErrModel that says %q", err, tt.says)
			}
			if back.labels != nil {
				t.Error("a broken model was taken over")
			}
		})
	}
}

// Whatever the bytes, reading ends, and what was read can be used.
func FuzzModel(f *testing.F) {
	m, _, err := Learn(madeUp(16, 1), Options{MaxGrams: 20})
	if err != nil {
		f.Fatal(err)
	}
	data := encode(f, m)
	f.Add(data[len(modelMagic)+1 : len(data)-sha256.Size])
	f.Add([]byte{0})
	f.Add([]byte{2, 1, 'a', 0, 0, 0, 0, 1, 'b', 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, rest []byte) {
		body := append(append([]byte(modelMagic), modelVersion), rest...)
		back := new(Model)
		if err := back.UnmarshalBinary(sealed(body)); err != nil {
			if !errors.Is(err, ErrModel) {
				t.Errorf("error %v is no ErrModel", err)
			}
			return
		}
		if p := back.Predict(Text{Subject: "停电", Body: "变压器坏了三天"}); p.Confidence < 0 || p.Confidence > 1 {
			t.Errorf("confidence %v", p.Confidence)
		}
		back.Threshold(0.9)
	})
}
