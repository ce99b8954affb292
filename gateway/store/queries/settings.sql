-- name: setting
SELECT value FROM settings WHERE key = $1

-- name: set-setting
INSERT INTO settings (key, value, at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = excluded.at

-- name: settings-under
SELECT key, value FROM settings WHERE key LIKE $1 ORDER BY key
