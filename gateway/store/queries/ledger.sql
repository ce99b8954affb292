-- name: insert-entries
-- engine: postgres
-- The engines differ in how they spell times, bytes and the rows of a JSON text.
INSERT INTO ledger (seq, case_number, at, kind, entry, digest)
SELECT CAST(value->>0 AS BIGINT), value->>1, CAST(value->>2 AS TIMESTAMPTZ), value->>3, value->>4, value->>5
FROM json_array_elements(CAST($1 AS JSON)) ORDER BY 1

-- name: insert-entries
-- engine: sqlite
INSERT INTO ledger (seq, case_number, at, kind, entry, digest)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each($1) ORDER BY 1

-- name: insert-texts
-- engine: postgres
INSERT INTO ledger_texts (digest, seq, case_number, field, salt, text)
SELECT value->>0, CAST(value->>1 AS BIGINT), value->>2, value->>3, decode(value->>4, 'hex'), value->>5
FROM json_array_elements(CAST($1 AS JSON)) ORDER BY 2, 4

-- name: insert-texts
-- engine: sqlite
INSERT INTO ledger_texts (digest, seq, case_number, field, salt, text)
SELECT value->>0, value->>1, value->>2, value->>3, unhex(value->>4), value->>5 FROM json_each($1) ORDER BY 2, 4

-- name: texts-of-case
SELECT digest, seq, field, salt, text FROM ledger_texts WHERE case_number = $1 ORDER BY seq, field

-- name: texts-between
SELECT digest, seq, field, salt, text FROM ledger_texts
WHERE seq >= $1 AND seq <= $2 ORDER BY seq, field

-- name: texts-of-span
-- By case and not by entry: a case's unchanged fields refer to texts that were
-- stored with an earlier entry. The office's own texts stand with their entries.
SELECT digest, seq, field, salt, text FROM ledger_texts
WHERE case_number <> '' AND case_number IN (SELECT l.case_number FROM ledger l WHERE l.seq >= $1 AND l.seq <= $2)
UNION ALL
SELECT digest, seq, field, salt, text FROM ledger_texts WHERE case_number = '' AND seq >= $1 AND seq <= $2
ORDER BY seq, field

-- name: office-texts
SELECT digest, seq, field, salt, text FROM ledger_texts WHERE case_number = '' AND seq >= $1 AND seq <= $2 ORDER BY seq, field

-- name: erase-texts
DELETE FROM ledger_texts WHERE case_number = $1

-- name: entries-of-case
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE case_number = $1 ORDER BY seq

-- name: office-entries
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE case_number = '' AND at >= $1 AND at < $2 ORDER BY seq

-- name: entries-from
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE seq >= $1 ORDER BY seq LIMIT $2

-- name: entries-reach
SELECT COUNT(*) FROM (SELECT 1 FROM ledger WHERE seq >= $1 AND seq < $2 AND at >= $3 LIMIT 1) late

-- name: last-entries
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE case_number = $1 ORDER BY seq DESC LIMIT $2 OFFSET $3

-- name: count-entries
SELECT COUNT(*) FROM ledger
