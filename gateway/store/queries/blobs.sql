-- name: insert-blob
INSERT INTO blobs (digest, size, packed) VALUES ($1, $2, $3) 
-- Bytes that were erased and come again are stored again.
ON CONFLICT (digest) DO UPDATE SET packed = excluded.packed WHERE blobs.packed < 0

-- name: insert-blobs
-- engine: postgres
-- Rows and bytes in one round trip, of blobs that are one chunk. SQLite has no
-- statements like this, and no round trips.
WITH n AS (
    SELECT digest, CAST(size AS BIGINT) AS size, CAST(packed AS INTEGER) AS packed, SUM(CAST(packed AS INTEGER)) OVER (ORDER BY ordinality) AS until
    FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[])) WITH ORDINALITY AS n(digest, size, packed)
), fresh AS (
    INSERT INTO blobs (digest, size, packed) SELECT digest, size, packed FROM n
    ON CONFLICT (digest) DO UPDATE SET packed = excluded.packed WHERE blobs.packed < 0
    RETURNING digest
)
INSERT INTO blob_chunks (digest, n, data)
SELECT n.digest, 0, substring(CAST($4 AS BYTEA) FROM CAST(n.until AS INTEGER) - n.packed + 1 FOR n.packed) FROM n JOIN fresh ON fresh.digest = n.digest

-- name: insert-chunk
INSERT INTO blob_chunks (digest, n, data) VALUES ($1, $2, $3)

-- name: blob
SELECT size, packed FROM blobs WHERE digest = $1

-- name: chunks
SELECT data FROM blob_chunks WHERE digest = $1 ORDER BY n
