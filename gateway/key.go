package gateway

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"xinfangd/configs"
	"xinfangd/gateway/store"
)

// keyLength is the length of the secret behind reply codes.
const keyLength = 32

// ReadKey reads the secret of keyed digests, making it at first start. The file
// holds it in hexadecimal, so that it survives copying from one gateway to
// another by any means.
func ReadKey(file configs.Path) ([]byte, error) {
	data, err := os.ReadFile(string(file))
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(string(file))
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return parseKey(file, data)
}

func parseKey(file configs.Path, data []byte) ([]byte, error) {
	text := string(data)
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != keyLength {
		// The error of hex would quote the key.
		return nil, fmt.Errorf("read key: %s does not hold %d bytes in hexadecimal", file, keyLength)
	}
	return key, nil
}

// makeKey writes a new secret. Of several processes that start at once one
// makes the file and the others read it: it appears whole, under a name that
// nobody else has taken.
func makeKey(file string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	key := make([]byte, keyLength)
	rand.Read(key)                                          // never fails
	temp, err := os.CreateTemp(filepath.Dir(file), ".key-") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	defer os.Remove(temp.Name()) // its other name stays
	_, err = temp.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	err = os.Link(temp.Name(), file)
	if errors.Is(err, fs.ErrExist) {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read key: %w", err)
		}
		return parseKey(configs.Path(file), data)
	}
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

// OpenStore opens the register of a configuration, for the daemon and for tools
// that work beside it.
func OpenStore(ctx context.Context, c configs.Config) (*store.Store, error) {
	key, err := ReadKey(c.Security.KeyFile)
	if err != nil {
		return nil, err
	}
	return openStore(ctx, c, key)
}

func openStore(ctx context.Context, c configs.Config, key []byte) (*store.Store, error) {
	dsn, err := c.Store.Source()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Options{
		Driver: c.Store.Driver, DSN: dsn, Prefix: c.Office.NumberPrefix, Location: c.Office.Location(), Key: key,
	})
	if err != nil {
		return nil, fmt.Errorf("open register: %w", err)
	}
	return s, nil
}

// checkKey compares the key with the one that the register was begun with. With
// another key every reply code in people's hands is dead, and of two gateways
// with different keys each refuses the other's codes.
func (g *Gateway) checkKey(ctx context.Context) error {
	key, err := ReadKey(g.config.Security.KeyFile)
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("xinfangd key fingerprint"))
	print := hex.EncodeToString(mac.Sum(nil)[:8])
	const setting = "key_fingerprint"
	shared := g.config.Store.Driver == "postgres"
	var known string
	err = g.store.Update(ctx, g.now(), func(tx *store.Tx) (err error) {
		if known, err = tx.Setting(setting); err != nil || known == print || known != "" && shared {
			return err
		}
		return tx.SetSetting(setting, print)
	})
	if err != nil {
		return fmt.Errorf("check key: %w", err)
	}
	if known == "" || known == print {
		return nil
	}
	if shared {
		return fmt.Errorf("check key: %s is not the key of this register's other gateways: copy theirs (when the old key is lost, delete the setting %s first)",
			g.config.Security.KeyFile, setting)
	}
	g.log.Error("the key is not the one this register was begun with: reply codes already sent are worth nothing", "file", g.config.Security.KeyFile)
	return nil
}
