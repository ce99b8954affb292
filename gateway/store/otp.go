package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// otpKey names a person's secret without telling who it is.
func (tx *Tx) otpKey(address string) string {
	return "otp/" + tx.store.keyed("otp", strings.ToLower(strings.TrimSpace(address)))
}

// seal is the cipher of secrets at rest; its key is made from the office's.
func (tx *Tx) seal() (cipher.AEAD, error) {
	mac := hmac.New(sha256.New, tx.store.o.Key)
	mac.Write([]byte("one-time passwords at rest"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

// SetOTPSecret keeps the secret that a person's one-time passwords are made
// from, encrypted with the office's key. An earlier one is replaced.
func (tx *Tx) SetOTPSecret(address, secret string) error {
	gcm, err := tx.seal()
	if err != nil {
		return err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return fmt.Errorf("make nonce: %w", err)
	}
	key := tx.otpKey(address)
	return tx.SetSetting(key, base64.StdEncoding.EncodeToString(gcm.Seal(nonce, nonce, []byte(secret), []byte(key))))
}

// OTPSecret is a person's secret, or ErrNotFound when none was enrolled.
func (tx *Tx) OTPSecret(address string) (string, error) {
	key := tx.otpKey(address)
	word, err := tx.Setting(key)
	if err != nil {
		return "", err
	}
	if word == "" {
		return "", ErrNotFound
	}
	gcm, err := tx.seal()
	if err != nil {
		return "", err
	}
	sealed, err := base64.StdEncoding.DecodeString(word)
	if err != nil || len(sealed) < gcm.NonceSize() {
		return "", errors.Join(ErrDamaged, err)
	}
	secret, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], []byte(key))
	if err != nil {
		return "", errors.Join(ErrDamaged, err)
	}
	return string(secret), nil
}

// UseOTP notes a time step of a person's one-time passwords; it is fresh the
// first time only (RFC 6238 section 5.2).
func (tx *Tx) UseOTP(address string, step int64) (fresh bool, err error) {
	return tx.UseSignature("otp " + tx.otpKey(address) + " " + strconv.FormatInt(step, 10))
}
