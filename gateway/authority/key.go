package authority

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// Key is what the signatures of one person are verified by, as the office has
// it on file; nothing that comes with a mail is believed beyond it. It may hold
// an OpenPGP key, an S/MIME certificate, or both.
type Key struct {
	// OpenPGP is the armored public key.
	OpenPGP []byte
	// Certificate is the person's own S/MIME certificate (PEM). Without it any
	// certificate will do that Roots vouch for and that names the address.
	Certificate []byte
	// Roots are the authorities (PEM) that the certificate must chain to; those
	// of the system are never asked. Without them Certificate vouches for itself.
	Roots []byte
}

// Check says what is wrong with a key so that its owner could never sign by it.
func (k Key) Check(address string, now time.Time) error {
	if len(k.OpenPGP) == 0 && len(k.Certificate) == 0 && len(k.Roots) == 0 {
		return errors.New("key is empty")
	}
	if len(k.OpenPGP) > 0 {
		if err := k.checkOpenPGP(now); err != nil {
			return err
		}
	}
	if len(k.Certificate) == 0 && len(k.Roots) == 0 {
		return nil
	}
	roots, pinned, err := k.trust()
	if err != nil || pinned == nil {
		return err
	}
	return checkSigner(pinned, nil, roots, address, now)
}

func (k Key) checkOpenPGP(now time.Time) error {
	keyring, err := k.keyring()
	if err != nil {
		return err
	}
	for _, entity := range keyring {
		if _, ok := entity.SigningKey(now); ok {
			return nil
		}
	}
	return errors.New("openpgp key cannot sign: it is expired, revoked or for encryption only")
}

// keyring reads the OpenPGP key. Everything but one public key is an error: a
// second one in the file would be obeyed as well.
func (k Key) keyring() (openpgp.EntityList, error) {
	keyring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(k.OpenPGP))
	if err != nil {
		return nil, fmt.Errorf("read openpgp key: %w", err)
	}
	// The library reads the first armored block and no further.
	if len(keyring) != 1 || bytes.Count(k.OpenPGP, []byte("-----BEGIN ")) != 1 {
		return nil, errors.New("read openpgp key: one key belongs here, not several")
	}
	if keyring[0].PrivateKey != nil {
		return nil, errors.New("read openpgp key: a private key has no business here")
	}
	return keyring, nil
}

// trust reads the S/MIME side of a key: the roots, and the pinned certificate or
// nil.
func (k Key) trust() (*x509.CertPool, *x509.Certificate, error) {
	var pinned *x509.Certificate
	if len(k.Certificate) > 0 {
		certs, err := certificates(k.Certificate)
		if err != nil {
			return nil, nil, fmt.Errorf("read certificate: %w", err)
		}
		if len(certs) != 1 {
			return nil, nil, fmt.Errorf("read certificate: %d certificates where one belongs", len(certs))
		}
		pinned = certs[0]
	}
	pool := x509.NewCertPool()
	if len(k.Roots) == 0 {
		if pinned == nil {
			return nil, nil, errors.New("read roots: there are none")
		}
		pool.AddCert(pinned)
		return pool, pinned, nil
	}
	roots, err := certificates(k.Roots)
	if err != nil {
		return nil, nil, fmt.Errorf("read roots: %w", err)
	}
	for _, root := range roots {
		pool.AddCert(root)
	}
	return pool, pinned, nil
}

// certificates reads PEM strictly: a file with a block that is no certificate
// was put there by mistake.
func certificates(text []byte) ([]*x509.Certificate, error) {
	var found []*x509.Certificate
	for {
		var block *pem.Block
		block, text = pem.Decode(text)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("a block of %s", strings.ToLower(block.Type))
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		found = append(found, cert)
	}
	if len(found) == 0 {
		return nil, errors.New("no certificate in it")
	}
	return found, nil
}

// checkSigner says whether a certificate may sign for an address: it names the
// address in its subjectAltName (RFC 8550 section 3), is meant for mail, and
// chains to the roots at that time.
func checkSigner(cert *x509.Certificate, others []*x509.Certificate, roots *x509.CertPool, address string, now time.Time) error {
	if !slices.ContainsFunc(cert.EmailAddresses, func(a string) bool { return sameASCII(a, address) }) {
		return fmt.Errorf("%w: it does not name the address", errCertificate)
	}
	// RFC 8550 section 4.4.4 takes a certificate without the extension for one
	// of any use. Here it must say that it is for mail: a private authority's
	// server certificates hold addresses too.
	if !slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) {
		return fmt.Errorf("%w: it is not meant for mail", errCertificate)
	}
	if cert.KeyUsage != 0 && cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return fmt.Errorf("%w: it is not meant for signing", errCertificate)
	}
	intermediates := x509.NewCertPool()
	for _, other := range others {
		intermediates.AddCert(other)
	}
	_, err := cert.Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}})
	if err != nil {
		return fmt.Errorf("%w: %w", errCertificate, err)
	}
	return nil
}

// openpgpConfig makes the library ask now instead of the clock.
func openpgpConfig(now time.Time) *packet.Config {
	return &packet.Config{Time: func() time.Time { return now }}
}
