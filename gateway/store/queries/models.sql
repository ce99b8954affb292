-- name: insert-model
INSERT INTO models (digest, source, report, at) VALUES ($1, $2, $3, $4) RETURNING id

-- name: last-model
SELECT id, digest, source, report, at FROM models ORDER BY id DESC LIMIT 1

-- name: models
SELECT id, digest, source, report, at FROM models ORDER BY id
