package authority

import (
	"bytes"
	"encoding/asn1"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"
)

// verifySMIME checks a CMS signature (RFC 8551) and returns what is signed: the
// detached bytes, or, when detached is nil, what the signature itself holds.
func verifySMIME(der, detached []byte, k Key, address string, now time.Time) ([]byte, error) {
	if detached != nil && len(der) > maxSignatureBytes {
		return nil, errMalformed
	}
	roots, pinned, err := k.trust()
	if err != nil {
		return nil, errOtherKey
	}
	message, err := pkcs7.Parse(der)
	if err != nil {
		return nil, errMalformed
	}
	if len(message.Signers) != 1 {
		return nil, errSigners
	}
	if detached != nil {
		// Content inside a detached signature would be another text than the one shown.
		if len(message.Content) > 0 {
			return nil, errMalformed
		}
		message.Content = detached
	}
	if len(message.Content) == 0 {
		return nil, errMalformed
	}
	signer := message.GetOnlySigner()
	if signer == nil {
		return nil, errMalformed
	}
	if pinned != nil && !bytes.Equal(signer.Raw, pinned.Raw) {
		return nil, errOtherKey
	}
	if err := soundSigner(message, now); err != nil {
		return nil, err
	}
	if err := checkSigner(signer, message.Certificates, roots, address, now); err != nil {
		return nil, err
	}
	if err := message.VerifyWithChainAtTime(roots, now); err != nil {
		return nil, errInvalid
	}
	return message.Content, nil
}

// soundSigner looks at what the library does not judge. Without signed
// attributes a signature over another message's attributes would pass for one
// over a text, so the type must be there and be that of data (RFC 5652 section
// 11); each attribute must come once, and SHA-1 proves nothing any more.
func soundSigner(message *pkcs7.PKCS7, now time.Time) error {
	signer := message.Signers[0]
	var seen []string
	for _, a := range signer.AuthenticatedAttributes {
		if slices.Contains(seen, a.Type.String()) {
			return errInvalid
		}
		seen = append(seen, a.Type.String())
	}
	var content asn1.ObjectIdentifier
	if err := message.UnmarshalSignedAttribute(pkcs7.OIDAttributeContentType, &content); err != nil || !content.Equal(pkcs7.OIDData) {
		return errInvalid
	}
	var signed time.Time
	if slices.Contains(seen, pkcs7.OIDAttributeSigningTime.String()) {
		if err := message.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &signed); err != nil || signed.After(now.Add(maxClockSkew)) {
			return errInvalid
		}
	}
	digests := []asn1.ObjectIdentifier{pkcs7.OIDDigestAlgorithmSHA256, pkcs7.OIDDigestAlgorithmSHA384, pkcs7.OIDDigestAlgorithmSHA512}
	if !slices.ContainsFunc(digests, signer.DigestAlgorithm.Algorithm.Equal) {
		return errInvalid
	}
	weak := []asn1.ObjectIdentifier{pkcs7.OIDDigestAlgorithmECDSASHA1, pkcs7.OIDEncryptionAlgorithmRSASHA1, pkcs7.OIDDigestAlgorithmDSASHA1, pkcs7.OIDDigestAlgorithmDSA}
	if slices.ContainsFunc(weak, signer.DigestEncryptionAlgorithm.Algorithm.Equal) {
		return errInvalid
	}
	return nil
}
