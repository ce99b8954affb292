package authority

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// maxSignatureBytes bounds a detached signature with the certificates in it.
const maxSignatureBytes = 256 << 10

// verifyDetached checks an armored OpenPGP signature over the signed bytes
// (RFC 3156 section 5).
func verifyDetached(signed, armored []byte, k Key, now time.Time) error {
	if len(armored) > maxSignatureBytes {
		return errMalformed
	}
	block, err := armor.Decode(bytes.NewReader(armored))
	if err != nil || block.Type != openpgp.SignatureType {
		return errMalformed
	}
	return verifyOpenPGP(signed, block.Body, k, now)
}

// clearSigned checks a clear-signed text (RFC 9580 section 7) and returns what
// is signed. Whatever stands below it is left out; anything above it would be
// read first by a person, so that such a text counts as not signed.
func clearSigned(text []byte, k Key, now time.Time) ([]byte, error) {
	const begin = "-----BEGIN PGP SIGNED MESSAGE-----"
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(text, []byte(begin)) {
		if bytes.Contains(text, []byte("\n"+begin)) {
			return nil, errBeside
		}
		return nil, errUnsigned
	}
	block, _ := clearsign.Decode(text)
	if block == nil || block.ArmoredSignature.Type != openpgp.SignatureType {
		return nil, errMalformed
	}
	return block.Bytes, verifyOpenPGP(block.Bytes, block.ArmoredSignature.Body, k, now)
}

// verifyOpenPGP checks that there is one signature, of a kind that is given over
// a text, not by a broken digest, and by the key on file, good at now.
func verifyOpenPGP(signed []byte, signature io.Reader, k Key, now time.Time) error {
	keyring, err := k.keyring()
	if err != nil {
		return errOtherKey
	}
	data, err := io.ReadAll(io.LimitReader(signature, maxSignatureBytes))
	if err != nil {
		return errMalformed
	}
	if err := judgePacket(data, now); err != nil {
		return err
	}
	_, _, err = openpgp.VerifyDetachedSignature(keyring, bytes.NewReader(signed), bytes.NewReader(data), openpgpConfig(now))
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgperrors.ErrUnknownIssuer):
		return errOtherKey
	case errors.Is(err, pgperrors.ErrKeyExpired), errors.Is(err, pgperrors.ErrKeyRevoked), errors.Is(err, pgperrors.ErrSignatureExpired):
		return fmt.Errorf("%w: %w", errCertificate, err)
	}
	return errInvalid
}

// judgePacket looks at what the library does not judge: it takes the first of
// several signatures that it knows the key of, and any digest.
func judgePacket(data []byte, now time.Time) error {
	var only *packet.Signature
	for packets := packet.NewReader(bytes.NewReader(data)); ; {
		p, err := packets.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		signature, ok := p.(*packet.Signature)
		if err != nil || !ok {
			return errMalformed
		}
		if only != nil {
			return errSigners
		}
		only = signature
	}
	switch {
	case only == nil:
		return errMalformed
	case only.SigType != packet.SigTypeBinary && only.SigType != packet.SigTypeText:
		return errInvalid
	case !slices.Contains([]crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA3_256, crypto.SHA3_512}, only.Hash):
		return errInvalid
	case only.CreationTime.After(now.Add(maxClockSkew)):
		return errInvalid
	}
	return nil
}
