-- name: insert-blob
INSERT INTO blobs (digest, size, packed) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING

-- name: insert-chunk
INSERT INTO blob_chunks (digest, n, data) VALUES ($1, $2, $3)

-- name: blob
SELECT size, packed FROM blobs WHERE digest = $1

-- name: chunks
SELECT data FROM blob_chunks WHERE digest = $1 ORDER BY n
