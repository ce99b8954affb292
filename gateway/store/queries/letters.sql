-- name: letter-known
SELECT COUNT(*) FROM letters WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3

-- name: known-uids
SELECT uid FROM letters WHERE mailbox = $1 AND uidvalidity = $2 AND uid >= $3 AND uid <= $4
UNION
SELECT uid FROM failed WHERE mailbox = $1 AND uidvalidity = $2 AND uid >= $3 AND uid <= $4
ORDER BY uid

-- name: insert-letter
INSERT INTO letters (mailbox, uidvalidity, uid, digest, size, arrived, sender, name, subject, message_id,
    in_reply_to, refs, kind, case_number, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
RETURNING id

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
SELECT COUNT(*) FROM letters WHERE arrived >= $1 AND arrived < $2

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
