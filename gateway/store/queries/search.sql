-- name: insert-docs
-- engine: postgres
-- Beside the bigrams stands the row's block, so that the newest rows can be
-- asked for inside the index: a frequent bigram's other rows are then not even
-- looked at.
INSERT INTO search_docs (id, case_number, letter, text, grams)
SELECT n.id, n.case_number, CAST(n.letter AS BIGINT), n.text, array_to_tsvector(string_to_array(n.grams, ' ') || ('z' || n.id / 8192)::text)
FROM (SELECT nextval('search_docs_id_seq') AS id, u.case_number, u.letter, u.text, u.grams
    FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[])) AS u(case_number, letter, text, grams)) n

-- name: insert-docs
-- engine: sqlite
-- FTS5 keeps the bigrams in a table of its own, see insert-grams.
INSERT INTO search_docs (id, case_number, letter, text) VALUES ($1, $2, $3, $4)

-- name: last-id-of-search_docs
-- engine: sqlite
SELECT COALESCE(MAX(id), 0) FROM search_docs

-- name: insert-grams
-- engine: sqlite
INSERT INTO search_grams (rowid, grams) VALUES ($1, $2)

-- name: delete-grams-of-case
-- engine: sqlite
DELETE FROM search_grams WHERE rowid IN (SELECT id FROM search_docs WHERE case_number = $1 AND letter = 0)

-- name: delete-grams-of-letter
-- engine: sqlite
DELETE FROM search_grams WHERE rowid IN (SELECT id FROM search_docs WHERE letter = $1 AND letter <> 0)

-- name: delete-docs-of-case
DELETE FROM search_docs WHERE case_number = $1 AND letter = 0

-- name: delete-docs-of-letter
DELETE FROM search_docs WHERE letter = $1 AND letter <> 0

-- name: search-move-letter
UPDATE search_docs SET case_number = $2 WHERE letter = $1 AND letter <> 0

-- name: last-doc
SELECT COALESCE(MAX(id), 0) FROM search_docs

-- name: search
-- engine: postgres
-- Two fences: asked for the newest rows at once, the planner would rather walk
-- the rows backwards and unpack the bigrams of each.
WITH hits AS MATERIALIZED (
    SELECT id FROM search_docs WHERE case_number <> ''
--? grams: AND grams @@ CAST(? AS tsquery)
--? before: AND id < ?
), newest AS MATERIALIZED (
    SELECT id FROM hits
--? newest: ORDER BY id DESC
--? limit: LIMIT ?
)
SELECT d.id, d.case_number, d.letter, d.text FROM search_docs d JOIN newest n ON n.id = d.id
ORDER BY d.id DESC

-- name: search
-- engine: sqlite
SELECT d.id, d.case_number, d.letter, d.text FROM search_grams JOIN search_docs d ON d.id = search_grams.rowid
WHERE d.case_number <> ''
--? grams: AND search_grams MATCH ?
--? before: AND search_grams.rowid < ?
--? newest: ORDER BY search_grams.rowid DESC
--? limit: LIMIT ?
