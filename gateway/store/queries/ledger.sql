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

-- name: ledger-bounds
SELECT COALESCE(MIN(seq), 1) AS first, COALESCE(MAX(seq), 0) AS last FROM ledger

-- name: ledger-last
SELECT seq, digest FROM ledger WHERE seq <= $1 ORDER BY seq DESC LIMIT 1

-- name: entries-between
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE seq >= $1 AND seq <= $2 ORDER BY seq LIMIT $3

-- name: count-entries-between
SELECT COUNT(*) FROM ledger WHERE seq >= $1 AND seq <= $2

-- name: plan-bundles
-- engine: postgres
-- Bundles are small, but the planner takes each for a two-hundredth of the table,
-- would sort what an index gives in order, and compile what runs for a moment.
SELECT set_config('jit', 'off', TRUE), set_config('enable_seqscan', 'off', TRUE), set_config('enable_bitmapscan', 'off', TRUE), set_config('plan_cache_mode', 'force_generic_plan', TRUE)

-- name: entries-proved
-- engine: postgres
-- A span of entries column by column, in bundles: handing rows over one by one,
-- or as texts, costs more than checking them. A bundle's texts stay below what
-- the server's allocator gives back to the system each time. The engines differ
-- in where the check runs: SQLite calls it, PostgreSQL is asked for the columns.
SELECT b.* FROM generate_series(CAST($1 AS BIGINT), CAST($2 AS BIGINT), 32) AS start CROSS JOIN LATERAL (
    SELECT COUNT(*), MIN(num_nonnulls(seq, case_number, at, kind, digest, entry)), array_send(array_agg(seq)), array_send(array_agg(at)),
        textsend(string_agg(case_number, chr(30))), textsend(string_agg(kind, chr(30))),
        textsend(string_agg(digest, chr(30))), textsend(string_agg(entry, chr(30)))
    FROM (SELECT seq, case_number, at, kind, digest, entry FROM ledger WHERE seq >= start AND seq < start + 32 AND seq <= $2 ORDER BY seq) l
) b

-- name: entries-proved
-- engine: sqlite
-- The rows come in the order of the primary key without asking; were they ever
-- to come in another, the check would only take its slow way.
SELECT prove_entries(seq, CAST(case_number AS BLOB), CAST(at AS BLOB), CAST(kind AS BLOB), CAST(digest AS BLOB), CAST(entry AS BLOB))
FROM ledger WHERE seq >= $1 AND seq <= $2

-- name: texts-places
-- engine: postgres
-- Where the personal texts lie, so that they can be read once, in the order in
-- which they lie, by several connections: in blocks here, under row numbers there.
SELECT 0 AS first, pg_relation_size('ledger_texts') / CAST(current_setting('block_size') AS BIGINT) - 1 AS last

-- name: texts-places
-- engine: sqlite
SELECT COALESCE(MIN(rowid), 0) AS first, COALESCE(MAX(rowid), -1) AS last FROM ledger_texts

-- name: texts-next
-- engine: postgres
-- The last place of a span that holds at most about so many texts.
SELECT CAST($1 AS BIGINT) + CAST($2 AS BIGINT) / 32

-- name: texts-next
-- engine: sqlite
SELECT MIN(COALESCE(MIN(rowid), $1), 9223372036854775807 - $2) + $2 FROM ledger_texts WHERE rowid >= $1

-- name: texts-proved
-- engine: postgres
-- As entries-proved, a block a bundle.
SELECT b.* FROM generate_series(CAST($1 AS BIGINT), CAST($2 AS BIGINT)) AS block CROSS JOIN LATERAL (
    SELECT COUNT(*), MIN(num_nonnulls(digest, salt, text)), MAX(octet_length(salt)),
        textsend(string_agg(digest, chr(30))), string_agg(salt, ''), textsend(string_agg(text, chr(30)))
    FROM ledger_texts
    WHERE ctid >= CAST(format('(%s,0)', block) AS TID) AND ctid < CAST(format('(%s,0)', block + 1) AS TID)
    HAVING COUNT(*) > 0
) b

-- name: texts-proved
-- engine: sqlite
SELECT prove_texts(CAST(digest AS BLOB), CAST(salt AS BLOB), CAST(text AS BLOB)) FROM ledger_texts WHERE rowid >= $1 AND rowid <= $2

-- name: texts-between
-- engine: postgres
SELECT digest, seq, field, salt, text FROM ledger_texts
WHERE ctid >= CAST(format('(%s,0)', CAST($1 AS BIGINT)) AS TID) AND ctid < CAST(format('(%s,0)', CAST($2 AS BIGINT) + 1) AS TID)
ORDER BY seq, field

-- name: texts-between
-- engine: sqlite
SELECT digest, seq, field, salt, text FROM ledger_texts
WHERE rowid >= $1 AND rowid <= $2 ORDER BY seq, field

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
