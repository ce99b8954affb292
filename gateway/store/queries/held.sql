-- name: insert-held
INSERT INTO held (address, case_number, body, letter, created, expires) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: held
SELECT id, address, case_number, body, letter, created, expires, taken FROM held WHERE id = $1

-- name: take-held
UPDATE held SET taken = $2 WHERE id = $1 AND taken IS NULL AND expires > $2
