package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

const startTag = "S1"

// secure runs TLS over the wire as the account wants it. The greeting it returns
// was already taken from the server and is to be read again by the library.
func secure(ctx context.Context, a Account, w *wire, t *tail) (conn net.Conn, greeting []byte, err error) {
	switch a.TLS {
	case TLSNone:
		return w, nil, nil
	case TLSStart:
		if err := startTLS(w, t); err != nil {
			return nil, nil, fmt.Errorf("start tls: %w", err)
		}
		// Capabilities from before TLS are void (RFC 3501 section 6.2.1): a
		// greeting without any makes the library ask.
		greeting = []byte("* OK ready\r\n")
	}
	config, err := tlsConfig(a)
	if err != nil {
		return nil, nil, err
	}
	conn = tls.Client(w, config)
	if err := conn.(*tls.Conn).HandshakeContext(ctx); err != nil {
		return nil, nil, fmt.Errorf("tls handshake: %w", err)
	}
	return conn, greeting, nil
}

// tlsConfig has no ALPN: old servers stumble over it, and nothing needs it.
func tlsConfig(a Account) (*tls.Config, error) {
	config := &tls.Config{ServerName: a.Host, MinVersion: tls.VersionTLS12}
	if a.CAFile != "" {
		pem, err := os.ReadFile(a.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read ca file: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("read ca file: no certificate in it")
		}
	}
	if a.LegacyTLS {
		config.MinVersion = tls.VersionTLS10
		for _, suites := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
			for _, s := range suites {
				config.CipherSuites = append(config.CipherSuites, s.ID)
			}
		}
	}
	return config, nil
}

// startTLS asks for TLS (RFC 3501 section 6.2.1). We do it ourselves because the
// library sends STARTTLS before the greeting. Reading byte by byte leaves
// nothing behind that an attacker could have slipped in before TLS.
func startTLS(w *wire, t *tail) error {
	greeting, err := plainLine(w, t)
	if err != nil {
		return fmt.Errorf("read greeting: %w", err)
	}
	// RFC 9051 section 7.1.4: a PREAUTH greeting makes STARTTLS impossible.
	if word := statusWord(greeting, "*"); word != "OK" {
		return fmt.Errorf("server greets with %s: %s", word, t.clean(greeting))
	}
	command := startTag + " STARTTLS\r\n"
	t.client([]byte(command))
	if _, err := w.Write([]byte(command)); err != nil {
		return err
	}
	for range 100 {
		line, err := plainLine(w, t)
		if err != nil {
			return err
		}
		switch statusWord(line, startTag) {
		case "":
		case "OK":
			return nil
		default:
			return fmt.Errorf("server refuses: %s", t.clean(line))
		}
	}
	return errors.New("server does not answer to the point")
}

// statusWord returns the word after the tag, or "" if the line has another tag.
func statusWord(line, tag string) string {
	f := strings.Fields(line)
	if len(f) < 2 || f[0] != tag {
		return ""
	}
	return strings.ToUpper(f[1])
}

func plainLine(w *wire, t *tail) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < lineScanned {
		if _, err := w.Read(one); err != nil {
			return "", err
		}
		t.server(one)
		if one[0] == '\n' {
			return strings.TrimRight(string(line), "\r"), nil
		}
		line = append(line, one[0])
	}
	return "", errors.New("line is too long")
}
