package store

import (
	"encoding/json"
	"fmt"
)

// Finding is why an attachment is kept and not passed on: what the virus scanner
// found in it, or, where Virus is empty, that it was not scanned.
type Finding struct {
	Index int    `json:"index"`
	Virus string `json:"virus,omitempty"`
}

// settingFindings, before a letter's digest, is what the scanner said of its
// attachments.
const settingFindings = "scan/"

// Findings is what the virus scanner said of a letter's attachments; those that
// it passed are not among them.
func (tx *Tx) Findings(digest string) ([]Finding, error) {
	value, err := tx.Setting(settingFindings + digest)
	if err != nil || value == "" {
		return nil, err
	}
	var findings []Finding
	if err := json.Unmarshal([]byte(value), &findings); err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	return findings, nil
}

// SetFindings keeps what the scanner said last of a letter's attachments.
func (tx *Tx) SetFindings(digest string, findings []Finding) error {
	known, err := tx.Setting(settingFindings + digest)
	if err != nil {
		return err
	}
	value := ""
	if len(findings) > 0 {
		raw, err := json.Marshal(findings)
		if err != nil {
			return fmt.Errorf("encode findings: %w", err)
		}
		value = string(raw)
	}
	if value == known {
		return nil
	}
	return tx.SetSetting(settingFindings+digest, value)
}
