-- name: letter-known
SELECT COUNT(*) FROM letters WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3

-- name: known-uids
SELECT uid FROM letters WHERE mailbox = $1 AND uidvalidity = $2 AND uid >= $3 AND uid <= $4
UNION
SELECT uid FROM failed WHERE mailbox = $1 AND uidvalidity = $2 AND uid >= $3 AND uid <= $4
ORDER BY uid

-- name: insert-letters
-- engine: postgres
INSERT INTO letters (id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id,
    in_reply_to, refs, kind, case_number, note)
SELECT CAST(id AS BIGINT), mailbox, CAST(uidvalidity AS BIGINT), CAST(uid AS BIGINT), digest, CAST(size AS BIGINT), CAST(arrived AS TIMESTAMPTZ), sender, name, subject, message_id,
    in_reply_to, refs, kind, case_number, note
FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]),
    CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), CAST($10 AS TEXT[]), CAST($11 AS TEXT[]), CAST($12 AS TEXT[]), CAST($13 AS TEXT[]), CAST($14 AS TEXT[]),
    CAST($15 AS TEXT[]), CAST($16 AS TEXT[]))
    AS n(id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id, in_reply_to, refs, kind, case_number, note)

-- name: insert-letters
-- engine: sqlite
INSERT INTO letters (id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id,
    in_reply_to, refs, kind, case_number, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)

-- name: last-id-of-letters
-- engine: sqlite
SELECT COALESCE(MAX(id), 0) FROM letters

-- name: take-ids-of-letters
-- engine: postgres
SELECT nextval('letters_id_seq') FROM generate_series(1, $1)

-- name: known-places
SELECT uid FROM letters WHERE TRUE
--? box: AND mailbox = ?
--? validity: AND uidvalidity = ?
--? uids: AND uid IN (?)

-- name: known-digests
SELECT DISTINCT digest FROM letters WHERE TRUE
--? digests: AND digest IN (?)

-- name: known-message-ids
SELECT DISTINCT message_id FROM letters WHERE TRUE
--? ids: AND message_id IN (?)

-- name: move-letter
UPDATE letters SET uidvalidity = $2, uid = $3 WHERE id = $1

-- name: set-letter-case
UPDATE letters SET case_number = $2, kind = $3 WHERE id = $1

-- name: set-letter-note
UPDATE letters SET note = $2 WHERE id = $1

-- name: letter
SELECT id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id, in_reply_to, refs, kind,
    case_number, note
FROM letters WHERE id = $1

-- name: letters-by-digest
SELECT id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id, in_reply_to, refs, kind,
    case_number, note
FROM letters WHERE digest = $1 ORDER BY id

-- name: letters-of-case
SELECT id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id, in_reply_to, refs, kind,
    case_number, note
FROM letters WHERE case_number = $1 ORDER BY id

-- name: letter-by-message-id
SELECT id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id, in_reply_to, refs, kind,
    case_number, note
FROM letters WHERE message_id = $1
ORDER BY CASE WHEN case_number IS NULL THEN 1 ELSE 0 END, id LIMIT 1

-- name: list-letters
SELECT id, mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id, in_reply_to, refs, kind,
    case_number, note
FROM letters WHERE TRUE
--? mailbox: AND mailbox = ?
--? case: AND case_number = ?
--? kinds: AND kind IN (?)
--? from: AND LOWER(sender) = ?
--? unregistered: AND case_number IS NULL
--? since: AND arrived >= ?
--? until: AND arrived < ?
--? oldest: ORDER BY arrived, id
--? newest: ORDER BY arrived DESC, id DESC
--? limit: LIMIT ?

-- name: count-letters
-- What has no place in a mailbox is a copy for another case, or was imported.
SELECT COUNT(*) FROM letters WHERE arrived >= $1 AND arrived < $2 AND uid IS NOT NULL

-- name: upsert-failed
INSERT INTO failed (mailbox, uidvalidity, uid, arrived, reason, digest, tries) VALUES ($1, $2, $3, $4, $5, $6, 1)
ON CONFLICT (mailbox, uidvalidity, uid, digest) DO UPDATE SET reason = excluded.reason, tries = failed.tries + 1
RETURNING id

-- name: list-failed
SELECT id, mailbox, uidvalidity, uid, arrived, reason, digest, tries FROM failed ORDER BY id

-- name: failed
SELECT id, mailbox, uidvalidity, uid, arrived, reason, digest, tries FROM failed WHERE id = $1

-- name: remove-failed
DELETE FROM failed WHERE id = $1
