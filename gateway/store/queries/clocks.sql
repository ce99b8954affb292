-- name: set-clocks
-- engine: postgres
INSERT INTO clocks (case_number, clock, step, due)
SELECT value->>0, value->>1, CAST(value->>2 AS INTEGER), CAST(value->>3 AS TIMESTAMPTZ)
FROM json_array_elements(CAST($1 AS JSON)) WITH ORDINALITY ORDER BY ordinality
ON CONFLICT (case_number, clock, step) DO UPDATE SET due = excluded.due, fired = NULL

-- name: set-clocks
-- engine: sqlite
-- Without a WHERE, SQLite takes ON CONFLICT for a join.
INSERT INTO clocks (case_number, clock, step, due)
SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each($1) WHERE TRUE ORDER BY key
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
