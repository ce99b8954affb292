-- name: insert-blob
INSERT INTO blobs (digest, size, packed) VALUES ($1, $2, $3) 
-- Bytes that were erased and come again are stored again.
ON CONFLICT (digest) DO UPDATE SET packed = excluded.packed WHERE blobs.packed < 0

-- name: insert-small-blob
-- engine: postgres
-- Row and bytes in one round trip. SQLite has none, nor statements like this.
WITH fresh AS (
    INSERT INTO blobs (digest, size, packed) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING RETURNING digest
)
INSERT INTO blob_chunks (digest, n, data) SELECT digest, 0, $4 FROM fresh

-- name: insert-chunk
INSERT INTO blob_chunks (digest, n, data) VALUES ($1, $2, $3)

-- name: blob
SELECT size, packed FROM blobs WHERE digest = $1

-- name: chunks
SELECT data FROM blob_chunks WHERE digest = $1 ORDER BY n
