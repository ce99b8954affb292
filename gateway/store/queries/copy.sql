-- name: tables
-- engine: postgres
SELECT table_name FROM information_schema.tables
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name

-- name: tables
-- engine: sqlite
SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name

-- name: identities
-- engine: postgres
-- Copied rows bring their ids along; the next one must follow the last.
SELECT table_name FROM information_schema.columns
WHERE table_schema = current_schema() AND column_name = 'id' AND is_identity = 'YES' ORDER BY table_name

-- name: copy-doc
-- engine: postgres
INSERT INTO search_docs (id, case_number, letter, text, grams)
VALUES ($1, $2, $3, $4, array_to_tsvector(string_to_array($5, ' ') || ('z' || CAST($1 AS BIGINT) / 8192)::text))

-- name: copy-doc
-- engine: sqlite
INSERT INTO search_docs (id, case_number, letter, text) VALUES ($1, $2, $3, $4)

-- name: blob-digests
SELECT digest FROM blobs WHERE digest > $1 ORDER BY digest LIMIT $2
