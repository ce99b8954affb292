package configs

import (
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Secret is a text that never prints itself; Reveal gives it away. In a file it
// can only be named, as ${NAME}, never written.
type Secret string

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string { return "***" }

// GoString implements fmt.GoStringer, for %#v.
func (s Secret) GoString() string { return "***" }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalText implements encoding.TextMarshaler, for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

var secretShape = regexp.MustCompile(`^\$\{[A-Za-z_][A-Za-z0-9_]*(:-)?\}$`)

// UnmarshalConfig implements Unmarshaler.
func (s *Secret) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && !isNull(node) && !secretShape.MatchString(node.Value) {
		d.Errorf(node, "密码不能写在配置文件里，请用 *_file 指明文件，或用 ${NAME} 取自环境变量")
		return
	}
	if text, ok := d.Text(node); ok {
		*s = Secret(text)
	}
}

// ReadSecret reads a secret from its file; the line end that editors leave is
// no part of it.
func ReadSecret(file Path) (Secret, error) {
	data, err := os.ReadFile(string(file))
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return Secret(strings.TrimRight(strings.TrimPrefix(string(data), "\ufeff"), "\r\n")), nil
}

// Path is the name of a file or folder. In a configuration it is relative to
// the file that names it; decoded, to the working directory.
type Path string

// UnmarshalConfig implements Unmarshaler.
func (p *Path) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	text, ok := d.Text(node)
	if !ok {
		return
	}
	if strings.ContainsRune(text, 0) {
		d.Errorf(node, "文件名里有不能用的字符")
		return
	}
	*p = relative(d.File(), text)
}

func relative(file, name string) Path {
	if name == "" || filepath.IsAbs(name) {
		return Path(name)
	}
	return Path(filepath.Join(filepath.Dir(file), name))
}

// Date is a day, YYYY-MM-DD; "" is none.
type Date string

// UnmarshalConfig implements Unmarshaler.
func (t *Date) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	text, ok := d.Text(node)
	if !ok {
		return
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		d.Errorf(node, "%q 不是日期，应写成 2026-11-01 这样", text)
		return
	}
	*t = Date(text)
}

// In returns the first instant of the day in a zone, the zero time for none.
func (t Date) In(location *time.Location) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, string(t), location)
	if err != nil {
		return time.Time{}
	}
	return at
}

// Size is a number of bytes, written 50MB; a MB is 2^20 bytes.
type Size int64

var sizeShape = regexp.MustCompile(`^(\d{1,15}) ?([KMG]?)B?$`)

// UnmarshalConfig implements Unmarshaler.
func (s *Size) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	text, ok := d.Text(node)
	if !ok {
		return
	}
	size, ok := ParseSize(text)
	if !ok {
		d.Errorf(node, "%q 不是大小，应写成 512KB、50MB、1GB 这样", text)
		return
	}
	*s = size
}

// ParseSize reads 4096, 512KB, 50MB or 1GB, in either case.
func ParseSize(text string) (Size, bool) {
	m := sizeShape.FindStringSubmatch(strings.ToUpper(text))
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	factor := map[string]int64{"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}[m[2]]
	if err != nil || n > math.MaxInt64/factor {
		return 0, false
	}
	return Size(n * factor), true
}

// After says what happens to a letter on the server once it is registered:
// nothing ("keep"), marked as read ("seen"), or moved ("move" to Folder).
type After struct {
	Do     string
	Folder string
}

// UnmarshalConfig implements Unmarshaler.
func (a *After) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	if node.Kind == yaml.MappingNode {
		var move struct {
			Place `yaml:"-"`
			Move  string `yaml:"move"`
		}
		if d.Decode(node, &move) {
			if move.Move == "" {
				d.Errorf(node, "move 的后面应是文件夹名")
			}
			*a = After{"move", move.Move}
		}
		return
	}
	text, ok := d.Text(node)
	if !ok {
		return
	}
	if text != "keep" && text != "seen" {
		d.Errorf(node, "不能是 %q，只能是 keep、seen 或 {move: 文件夹}%s", text, suggestion(text, []string{"keep", "seen"}))
		return
	}
	*a = After{Do: text}
}

// Period is how long an archive is kept: 30y (or 30), 3650d, or for ever.
type Period struct {
	Years, Days int
	Forever     bool
}

var periodShape = regexp.MustCompile(`^(\d{1,5})(y|年|d|天)?$`)

// UnmarshalConfig implements Unmarshaler.
func (p *Period) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	text, ok := d.Text(node)
	if !ok {
		return
	}
	if text == "永久" || text == "forever" {
		*p = Period{Forever: true}
		return
	}
	m := periodShape.FindStringSubmatch(text)
	if m == nil {
		d.Errorf(node, "%q 不是保管期限，应写成 10y、30y、3650d 或 永久", text)
		return
	}
	n, _ := strconv.Atoi(m[1])
	if m[2] != "d" && m[2] != "天" {
		*p = Period{Years: n}
		return
	}
	*p = Period{Days: n}
}

// From returns when a period that begins at t is over; ok is false for ever.
func (p Period) From(t time.Time) (end time.Time, ok bool) {
	if p.Forever || p == (Period{}) {
		return time.Time{}, false
	}
	return t.AddDate(p.Years, 0, p.Days), true
}
