-- name: insert-entry
INSERT INTO ledger (seq, case_number, at, kind, entry, digest) VALUES ($1, $2, $3, $4, $5, $6)

-- name: insert-text
INSERT INTO ledger_texts (digest, seq, case_number, field, salt, text) VALUES ($1, $2, $3, $4, $5, $6)

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

-- name: erase-texts
DELETE FROM ledger_texts WHERE case_number = $1

-- name: entries-of-case
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE case_number = $1 ORDER BY seq

-- name: entries-from
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE seq >= $1 ORDER BY seq LIMIT $2

-- name: last-entries
SELECT seq, case_number, at, kind, entry, digest FROM ledger WHERE case_number = $1 ORDER BY seq DESC LIMIT $2 OFFSET $3

-- name: count-entries
SELECT COUNT(*) FROM ledger
