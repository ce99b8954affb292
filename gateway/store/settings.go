package store

import "errors"

// settingPaused is the setting that stops all sending while it is "true".
const settingPaused = "paused"

// Setting is a stored setting, empty when never set.
func (tx *Tx) Setting(key string) (string, error) {
	value, ok := tx.own.settings[key]
	if ok {
		return value, nil
	}
	err := tx.get(&value, "setting", key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if tx.alone() {
		tx.own.settings[key] = value
	}
	return value, nil
}

// SetSetting stores a setting.
func (tx *Tx) SetSetting(key, value string) error {
	delete(tx.own.settings, key)
	return tx.exec("set-setting", key, value, Time{tx.Now})
}

// SetPaused stops all sending, or lets it go on.
func (tx *Tx) SetPaused(paused bool) error {
	if paused {
		return tx.SetSetting(settingPaused, "true")
	}
	return tx.SetSetting(settingPaused, "false")
}

// StoredSetting is one setting as it is stored.
type StoredSetting struct {
	Key   string `db:"key"`
	Value string `db:"value"`
}

// SettingsUnder lists the settings whose keys begin with a prefix, in order.
func (tx *Tx) SettingsUnder(prefix string) ([]StoredSetting, error) {
	var list []StoredSetting
	err := tx.list(&list, "settings-under", prefix+"%")
	return list, err
}
