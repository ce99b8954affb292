-- name: insert-code
INSERT INTO codes (digest, case_number, matter, address, division, revision, draft_digest, held, issued, expires)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING id

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
