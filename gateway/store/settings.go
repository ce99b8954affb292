package store

import "errors"

// settingPaused is the setting that stops all sending while it is "true".
const settingPaused = "paused"

// Setting is a stored setting, empty when never set.
func (tx *Tx) Setting(key string) (string, error) {
	var value string
	err := tx.get(&value, "setting", key)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return value, err
}

// SetSetting stores a setting.
func (tx *Tx) SetSetting(key, value string) error {
	return tx.exec("set-setting", key, value, Time{tx.Now})
}

// SetPaused stops all sending, or lets it go on.
func (tx *Tx) SetPaused(paused bool) error {
	if paused {
		return tx.SetSetting(settingPaused, "true")
	}
	return tx.SetSetting(settingPaused, "false")
}
