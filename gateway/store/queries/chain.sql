-- name: lock-head
-- engine: postgres
-- The office's one lock: who holds it is the only writer of cases and ledger.
SELECT seq, digest FROM chain WHERE id = 1 FOR UPDATE

-- name: lock-head
-- engine: sqlite
-- BEGIN IMMEDIATE has made us the only writer already.
SELECT seq, digest FROM chain WHERE id = 1

-- name: head
SELECT seq, digest FROM chain WHERE id = 1

-- name: save-head
UPDATE chain SET seq = $1, digest = $2 WHERE id = 1
