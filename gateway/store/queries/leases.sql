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

-- name: live-gateways
SELECT COUNT(*) FROM leases WHERE name LIKE 'gateway/%' AND until > $1
