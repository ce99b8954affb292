package plot

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"weak"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Font writes the labels of a PNG.
type Font struct {
	Path string
	// A Chinese font takes megabytes, and plots are made once in a month: it is
	// let go when no plot is being made, and read again for the next.
	turn sync.Mutex
	read weak.Pointer[outlines]
}

// outlines are a font's and those of the font for what it lacks.
type outlines struct{ own, latin *sfnt.Font }

// ErrUnread is a font that could be read once and cannot be read any more.
var ErrUnread = errors.New("the font can no longer be read")

// ErrNotChinese is a font that lacks the characters of the labels.
var ErrNotChinese = errors.New("the font has no Chinese characters")

// largest bounds a font file: Noto CJK has 20 MB.
const largest = 64 << 20

// Load reads a TrueType or OpenType font, or the first usable one of a
// collection.
func Load(path string) (*Font, error) {
	o, err := readOutlines(path)
	if err != nil {
		return nil, err
	}
	return &Font{Path: path, read: weak.Make(o)}, nil
}

func readOutlines(path string) (*outlines, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > largest {
		return nil, fmt.Errorf("read font %s: no font file", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	files, err := single(data)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", path, err)
	}
	for _, file := range files {
		f, err := sfnt.Parse(file)
		if err != nil {
			return nil, fmt.Errorf("read font %s: %w", path, err)
		}
		if writes(f, "处室收件按期逾期提交单位：月日") {
			return withLatin(f)
		}
	}
	return nil, fmt.Errorf("read font %s: %w", path, ErrNotChinese)
}

// withLatin adds the font for what a Chinese one may lack: Droid Sans Fallback
// has no Latin letters and no figures.
func withLatin(f *sfnt.Font) (*outlines, error) {
	latin, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("read built-in font: %w", err)
	}
	return &outlines{f, latin}, nil
}

// writes reports whether a font has all characters of a text.
func writes(f *sfnt.Font, text string) bool {
	var b sfnt.Buffer
	for _, r := range text {
		if index, err := f.GlyphIndex(&b, r); err != nil || index == 0 {
			return false
		}
	}
	return true
}

// face is a font at a size, which takes from latin what it does not have.
type face struct {
	font.Face
	latin font.Face
	has   func(rune) bool
}

// outlines are those of the font, read again if nobody has held them.
func (f *Font) outlines() (*outlines, error) {
	f.turn.Lock()
	defer f.turn.Unlock()
	if o := f.read.Value(); o != nil {
		return o, nil
	}
	o, err := readOutlines(f.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	f.read = weak.Make(o)
	return o, nil
}

func (o *outlines) face(size float64) (*face, error) {
	options := opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone}
	own, err := opentype.NewFace(o.own, &options)
	if err != nil {
		return nil, err
	}
	latin, err := opentype.NewFace(o.latin, &options)
	if err != nil {
		return nil, err
	}
	return &face{own, latin, func(r rune) bool { return writes(o.own, string(r)) }}, nil
}

func (f *face) of(r rune) font.Face {
	if f.has(r) {
		return f.Face
	}
	return f.latin
}

// Glyph implements font.Face.
func (f *face) Glyph(dot fixed.Point26_6, r rune) (image.Rectangle, image.Image, image.Point, fixed.Int26_6, bool) {
	return f.of(r).Glyph(dot, r)
}

// GlyphAdvance implements font.Face.
func (f *face) GlyphAdvance(r rune) (fixed.Int26_6, bool) { return f.of(r).GlyphAdvance(r) }

// Kern implements font.Face: labels are short, and pairs may span two fonts.
func (f *face) Kern(rune, rune) fixed.Int26_6 { return 0 }

// folders are where systems keep fonts.
func folders() []string { return []string{"/usr/share/fonts", "/usr/local/share/fonts"} }

// likely are names of Chinese fonts, the best for small labels first.
var likely = []*regexp.Regexp{
	regexp.MustCompile(`^wqy-microhei`),
	regexp.MustCompile(`^noto\s?sans.*(cjk|sc|hans).*regular`),
	regexp.MustCompile(`^sourcehansans.*regular`),
	regexp.MustCompile(`^droidsansfallback`),
	regexp.MustCompile(`^(msyh|simhei|wqy-zenhei|simsun|uming|fzhei|hyqihei)\.`),
}

// Find looks for a Chinese font on the system, nil when there is none.
func Find() *Font { return find(folders()) }

func find(folders []string) *Font {
	type candidate struct {
		rank int
		path string
	}
	var found []candidate
	for _, folder := range folders {
		// What cannot be read is as good as not there.
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			name := strings.ToLower(d.Name())
			if rank := slices.IndexFunc(likely, func(r *regexp.Regexp) bool { return r.MatchString(name) }); rank >= 0 {
				found = append(found, candidate{rank, path})
			}
			return nil
		})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.rank - b.rank })
	for _, c := range found {
		if font, err := Load(c.path); err == nil {
			return font
		}
	}
	return nil
}
