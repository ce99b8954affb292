package gateway

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"xinfangd/configs"
)

func TestReadKey(t *testing.T) {
	t.Parallel()
	file := configs.Path(filepath.Join(t.TempDir(), "new", "key"))
	// Several processes that start at once must agree.
	keys := make([][]byte, 8)
	var hands sync.WaitGroup
	for i := range keys {
		hands.Go(func() {
			key, err := ReadKey(file)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	hands.Wait()
	for _, key := range keys {
		if len(key) != keyLength || !bytes.Equal(key, keys[0]) {
			t.Fatalf("keys differ: %x and %x", key, keys[0])
		}
	}
	info, err := os.Stat(string(file))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(string(file)), ".key-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestReadKeyRefuses(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"empty": "", "short": "abcd\n", "not hexadecimal": strings.Repeat("x", 64)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := ReadKey(configs.Path(file))
			if err == nil {
				t.Fatal("accepted")
			}
			if content != "" && strings.Contains(err.Error(), strings.TrimSpace(content)) {
				t.Errorf("the error quotes the key: %v", err)
			}
		})
	}
}
