-- name: insert-codes
-- engine: postgres
INSERT INTO codes (id, digest, case_number, matter, address, division, revision, draft_digest, held, issued, expires)
SELECT CAST(id AS BIGINT), digest, case_number, matter, address, division, CAST(revision AS INTEGER), draft_digest, CAST(held AS BIGINT),
    CAST(issued AS TIMESTAMPTZ), CAST(expires AS TIMESTAMPTZ)
FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]),
    CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), CAST($10 AS TEXT[]), CAST($11 AS TEXT[]))
    AS n(id, digest, case_number, matter, address, division, revision, draft_digest, held, issued, expires)

-- name: insert-codes
-- engine: sqlite
INSERT INTO codes (id, digest, case_number, matter, address, division, revision, draft_digest, held, issued, expires)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: last-id-of-codes
-- engine: sqlite
SELECT COALESCE(MAX(id), 0) FROM codes

-- name: take-ids-of-codes
-- engine: postgres
SELECT nextval('codes_id_seq') FROM generate_series(1, $1)

-- name: code-by-digest
SELECT id, case_number, matter, address, division, revision, draft_digest, held, issued, expires, used, voided
FROM codes WHERE digest = $1

-- name: code
SELECT id, case_number, matter, address, division, revision, draft_digest, held, issued, expires, used, voided
FROM codes WHERE id = $1

-- name: use-code
UPDATE codes SET used = $2 WHERE id = $1 AND used IS NULL AND voided IS NULL AND expires > $2

-- name: unspent-codes
SELECT id FROM codes WHERE used IS NULL AND voided IS NULL
--? case: AND case_number = ?
--? matter: AND matter = ?
--? division: AND division = ?
--? address: AND address = ?
--? revision: AND revision = ?
--? held: AND held = ?
--? except: AND id <> ?
--? oldest: ORDER BY id

-- name: void-code
UPDATE codes SET voided = $2 WHERE id = $1
