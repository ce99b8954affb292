-- name: count-all
SELECT (SELECT COUNT(*) FROM cases) AS cases, (SELECT COUNT(*) FROM letters) AS letters,
    (SELECT COUNT(*) FROM blobs) AS blobs, (SELECT COUNT(*) FROM failed) AS failed

-- name: database-size
-- engine: postgres
SELECT pg_database_size(current_database())

-- name: database-size
-- engine: sqlite
SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()
