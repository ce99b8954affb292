package authority

import (
	"errors"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// otpSecretSize is the size of a secret in bytes (RFC 4226 section 4, R6).
const otpSecretSize = 20

// Enrol makes a new one-time secret for an address: secret, in base32, for the
// register, and the key URI for the person's authenticator.
func Enrol(issuer, address string) (secret, uri string, err error) {
	if strings.Contains(issuer, ":") || strings.Contains(address, ":") {
		// The label of a key URI is issuer:account.
		return "", "", errors.New("enrol: colon in issuer or address")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: address, Period: uint(otpPeriod.Seconds()),
		SecretSize: otpSecretSize, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", "", fmt.Errorf("enrol: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// quietZone is the width of the empty border that readers need (ISO/IEC 18004).
const quietZone = 4

// QR draws a text as a QR code of half-block characters, two rows a line. Light
// modules are drawn and dark ones left empty, as a terminal of light letters on
// a dark ground shows them right; readers know the inverse too.
func QR(text string) (string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("draw qr code: %w", err)
	}
	size := code.Bounds().Dx()
	light := func(x, y int) bool {
		if x < 0 || y < 0 || x >= size || y >= size {
			return true
		}
		r, _, _, _ := code.At(x, y).RGBA()
		return r > 0
	}
	var b strings.Builder
	for y := -quietZone; y < size+quietZone; y += 2 {
		for x := -quietZone; x < size+quietZone; x++ {
			upper, lower := light(x, y), light(x, y+1) && y+1 < size+quietZone
			switch {
			case upper && lower:
				b.WriteRune('█')
			case upper:
				b.WriteRune('▀')
			case lower:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
