package configs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Load reads a configuration file over the defaults and returns it with every
// complaint of decoding; Check has those about what it means. With an error
// among the findings the configuration must not be run, but may be checked, so
// that both kinds are reported together. path stands in the findings as given.
func Load(path string) (Config, []Finding) {
	c := Default(path)
	data, err := os.ReadFile(path)
	if err != nil {
		return c, []Finding{Position{File: path}.Errorf("读不到配置文件：%s", reason(err))}
	}
	findings := c.decode(path, data, Options{})
	return c, findings
}

// decode is Load after reading.
func (c *Config) decode(path string, data []byte, o Options) []Finding {
	c.Place = Place{file: path}
	findings := DecodeWith(path, data, c, o)
	c.complete(path)
	return findings
}

// complete fills in what depends on other values of the file.
func (c *Config) complete(path string) {
	c.SMTP.usualPort(465, 587, 25)
	for i := range c.Mailboxes {
		m := &c.Mailboxes[i]
		m.IMAP.usualPort(993, 143, 143)
		if m.IMAP.Username == "" {
			m.IMAP.Username = m.Address
		}
		if m.Name == "" {
			m.Name = c.Office.Name
		}
		if m.SMTP != nil {
			m.SMTP.usualPort(465, 587, 25)
		}
	}
	dsn := string(c.Store.DSN)
	if c.Store.Driver == "sqlite" && dsn != "" && !strings.HasPrefix(dsn, "file:") && dsn != ":memory:" && !filepath.IsAbs(dsn) {
		c.Store.DSN = DSN(relative(path, dsn))
	}
}

// reason says in Chinese why a file could not be had.
func reason(err error) string {
	switch {
	case os.IsNotExist(err):
		return "文件不存在"
	case os.IsPermission(err):
		return "没有读取权限"
	case errors.Is(err, syscall.EISDIR):
		return "是文件夹，不是文件"
	}
	return err.Error()
}
