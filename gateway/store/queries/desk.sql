-- name: set-clock
INSERT INTO clocks (case_number, clock, step, due) VALUES ($1, $2, $3, $4)
ON CONFLICT (case_number, clock, step) DO UPDATE SET due = excluded.due, fired = NULL

-- name: clocks-of
SELECT id, case_number, clock, step, due FROM clocks WHERE case_number = $1 AND fired IS NULL ORDER BY due, id

-- name: stop-clock
DELETE FROM clocks WHERE case_number = $1 AND clock = $2

-- name: stop-all-clocks
DELETE FROM clocks WHERE case_number = $1

-- name: due-clocks
SELECT id, case_number, clock, step, due FROM clocks WHERE fired IS NULL AND due <= $1 ORDER BY due, id LIMIT $2

-- name: next-clock
SELECT MIN(due) FROM clocks WHERE fired IS NULL

-- name: clock-fired
-- due again: a clock that was set anew while its old row was being handled must not end.
UPDATE clocks SET fired = $2 WHERE id = $1 AND fired IS NULL AND due <= $2

-- name: postpone-clock
UPDATE clocks SET due = $2 WHERE id = $1 AND fired IS NULL

-- name: insert-held
INSERT INTO held (address, case_number, body, letter, created, expires) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: held
SELECT id, address, case_number, body, letter, created, expires, taken FROM held WHERE id = $1

-- name: take-held
UPDATE held SET taken = $2 WHERE id = $1 AND taken IS NULL AND expires > $2

-- name: bump
INSERT INTO tallies (kind, key, bucket, n, at) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (kind, key, bucket) DO UPDATE SET n = tallies.n + 1, at = excluded.at
RETURNING n

-- name: tally
SELECT n FROM tallies WHERE kind = $1 AND key = $2 AND bucket = $3

-- name: use-signature
INSERT INTO signatures (digest, at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING

-- name: setting
SELECT value FROM settings WHERE key = $1

-- name: set-setting
INSERT INTO settings (key, value, at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = excluded.at

-- name: lease
-- The token grows each time the lease changes hands or had run out.
INSERT INTO leases (name, owner, token, until) VALUES ($1, $2, 1, $3)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until,
    token = CASE WHEN leases.owner = excluded.owner AND leases.until > $4 THEN leases.token ELSE leases.token + 1 END
WHERE leases.owner = excluded.owner OR leases.until <= $4
RETURNING token

-- name: release-lease
UPDATE leases SET until = $3 WHERE name = $1 AND owner = $2

-- name: lease-token
SELECT token FROM leases WHERE name = $1

-- name: sweep-tallies
DELETE FROM tallies WHERE at < $1

-- name: sweep-signatures
DELETE FROM signatures WHERE at < $1

-- name: sweep-clocks
DELETE FROM clocks WHERE fired < $1

-- name: sweep-held
DELETE FROM held WHERE expires < $1

-- name: sweep-leases
DELETE FROM leases WHERE until < $1
