package letter

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestDecodeGB compares our reading of GB18030 with the one of x/text, on every
// pair of bytes and on noise.
func TestDecodeGB(t *testing.T) {
	t.Parallel()
	check := func(data []byte) {
		t.Helper()
		want, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := decodeGB(data), mapGBPrivate(string(want)); got != want {
			t.Fatalf("% x is read as %q, want %q", data, got, want)
		}
	}
	for a := range 256 {
		for b := range 256 {
			check([]byte{byte(a), byte(b)})
			check([]byte{'x', byte(a), byte(b), 'y'})
		}
	}
	noise := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		data := make([]byte, noise.IntN(200))
		for i := range data {
			switch noise.IntN(4) {
			case 0:
				data[i] = byte('0' + noise.IntN(12))
			case 1:
				data[i] = byte(noise.IntN(256))
			default:
				data[i] = byte(0x81 + noise.IntN(0x7F))
			}
		}
		check(data)
	}
	// Four bytes, in and beyond the first plane.
	check([]byte("\x81\x39\xee\x39\x95\x32\x82\x36\x84\x31\xa4\x37\x90\x30\x81\x30\xfe\x39\xfe\x39"))
}
