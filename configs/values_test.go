package configs

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type valuesFile struct {
	Password Secret `yaml:"password"`
	File     Path   `yaml:"file"`
	Since    Date   `yaml:"since"`
	Size     Size   `yaml:"size"`
	After    After  `yaml:"after"`
	Keep     Period `yaml:"keep"`
}

func decodeValues(text string) (valuesFile, []Finding) {
	var v valuesFile
	f := DecodeWith("etc/f.yaml", []byte(text), &v, Options{Env: environment})
	return v, f
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file string
		want valuesFile
	}{
		{"password: ${HOST}", valuesFile{Password: "h.example"}},
		{"password: ${NONE:-}", valuesFile{}},
		{"file: ../var/x", valuesFile{File: "var/x"}},
		{"file: secrets/x", valuesFile{File: "etc/secrets/x"}},
		{"file: /abs/x", valuesFile{File: "/abs/x"}},
		{"file: ''", valuesFile{}},
		{"since: 2026-11-01", valuesFile{Since: "2026-11-01"}},
		{"size: 50MB", valuesFile{Size: 50 << 20}},
		{"size: 1 gb", valuesFile{Size: 1 << 30}},
		{"size: 4096", valuesFile{Size: 4096}},
		{"after: seen", valuesFile{After: After{Do: "seen"}}},
		{"after: {move: 已登记}", valuesFile{After: After{"move", "已登记"}}},
		{"keep: 30y", valuesFile{Keep: Period{Years: 30}}},
		{"keep: 10", valuesFile{Keep: Period{Years: 10}}},
		{"keep: 3650d", valuesFile{Keep: Period{Days: 3650}}},
		{"keep: 永久", valuesFile{Keep: Period{Forever: true}}},
	} {
		got, findings := decodeValues(tt.file)
		if findings != nil || got != tt.want {
			t.Errorf("%s: %#v, %v, want %#v", tt.file, got, findings, tt.want)
		}
	}
	for _, file := range []string{
		"password: secret", "password: ${HOST:-secret}", "password: x${HOST}", "password: [a]", "since: 2026-02-30", "since: 1.11.2026",
		"size: 50MiB", "size: -1", "size: 99999999999GB", "size: []", "after: delete", "after: {move: ''}", "after: {copy: x}", "after: [seen]",
		"keep: soon", "keep: -1y", `file: "a\0b"`,
	} {
		if got, findings := decodeValues(file); !HasErrors(findings) {
			t.Errorf("%s is accepted as %#v", file, got)
		}
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	if end, ok := (Period{Years: 10}).From(start); !ok || end.Year() != 2036 {
		t.Errorf("10y end at %v, %v", end, ok)
	}
	for _, p := range []Period{{}, {Forever: true}} {
		if end, ok := p.From(start); ok {
			t.Errorf("%+v ends at %v", p, end)
		}
	}
}

// TestSecretsDoNotPrint tries the ways by which a value gets into logs.
func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	c := Config{
		SMTP:  SMTP{Login: Login{Password: "hunter2"}},
		Store: Store{Driver: "postgres", DSN: "postgres://u:hunter2@h/db"},
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "password", c.SMTP.Password, "dsn", c.Store.DSN, "smtp", c.SMTP)
	text, err := json.Marshal(c.SMTP.Password)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		fmt.Sprint(c), fmt.Sprintf("%v %+v %#v %s %q", c, c, c, c.SMTP.Password, c.SMTP.Password), logged.String(), string(text),
		DSN("host=h password='hunter2' user=u").String(), DSN("user=u PASSWORD = hunter2").String(),
	} {
		if strings.Contains(s, "hunter2") {
			t.Errorf("a secret is printed: %s", s)
		}
	}
	if got := DSN("host=h dbname=x").String(); got != "host=h dbname=x" {
		t.Errorf("a DSN without password prints as %s", got)
	}
}

func TestReadSecret(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("\ufeff p w \r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := Login{Password: "other", PasswordFile: Path(file)}
	if got, err := l.Secret(); err != nil || got != " p w " {
		t.Errorf("Secret() = %q, %v", got.Reveal(), err)
	}
	if _, err := (Login{PasswordFile: Path(file + "x")}).Secret(); err == nil {
		t.Error("a missing file gives a secret")
	}
	for dsn, want := range map[DSN]string{
		"postgres://u@h:5432/db": "postgres://u:%20p%20w%20@h:5432/db",
		"host=h user=u":          "host=h user=u password=' p w '",
	} {
		s := Store{Driver: "postgres", DSN: dsn, PasswordFile: Path(file)}
		if got, err := s.Source(); err != nil || got != want {
			t.Errorf("Source() = %q, %v, want %q", got, err, want)
		}
	}
}
