-- name: bump
INSERT INTO tallies (kind, key, bucket, n, at) VALUES ($1, $2, $3, CAST($5 AS INTEGER), $4)
ON CONFLICT (kind, key, bucket) DO UPDATE SET n = tallies.n + excluded.n, at = excluded.at
RETURNING n

-- name: tally
SELECT n FROM tallies WHERE kind = $1 AND key = $2 AND bucket = $3

-- name: unbump
UPDATE tallies SET n = CASE WHEN n > CAST($4 AS INTEGER) THEN n - CAST($4 AS INTEGER) ELSE 0 END WHERE kind = $1 AND key = $2 AND bucket = $3

-- name: tallies-since
SELECT bucket, n FROM tallies WHERE kind = $1 AND key = $2 AND bucket >= $3 AND n > 0 ORDER BY bucket

-- name: forget-tallies
DELETE FROM tallies WHERE kind = $1 AND key = $2 AND bucket < $3

-- name: use-signature
INSERT INTO signatures (digest, at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING

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

-- name: known-tallies
SELECT kind || ' ' || key || ' ' || bucket FROM tallies WHERE TRUE
--? keys: AND key IN (?)

-- name: save-tallies
-- engine: postgres
INSERT INTO tallies (kind, key, bucket, n, at)
SELECT kind, key, bucket, CAST(n AS INTEGER), CAST(at AS TIMESTAMPTZ)
FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), CAST($5 AS TEXT[])) AS n(kind, key, bucket, n, at)

-- name: save-tallies
-- engine: sqlite
INSERT INTO tallies (kind, key, bucket, n, at) VALUES ($1, $2, $3, $4, $5)
