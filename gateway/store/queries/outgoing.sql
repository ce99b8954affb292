-- name: insert-outgoing
-- engine: postgres
INSERT INTO outgoing (id, case_number, kind, sender, account, subject, message_id, blob, state, attempts, due, next, owner,
    in_doubt, answer, bypass, matter, code, letter, revision, last_error, created, reported)
SELECT CAST(id AS BIGINT), case_number, kind, sender, account, subject, message_id, blob, state, 0, CAST(due AS TIMESTAMPTZ), CAST(due AS TIMESTAMPTZ), '',
    FALSE, CAST(answer AS BOOLEAN), CAST(bypass AS BOOLEAN), matter, CAST(code AS BIGINT), CAST(letter AS BIGINT), CAST(revision AS INTEGER), '', CAST(created AS TIMESTAMPTZ), TRUE
FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]),
    CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), CAST($10 AS TEXT[]), CAST($11 AS TEXT[]), CAST($12 AS TEXT[]), CAST($13 AS TEXT[]), CAST($14 AS TEXT[]),
    CAST($15 AS TEXT[]), CAST($16 AS TEXT[]), CAST($17 AS TEXT[]))
    AS n(id, case_number, kind, sender, account, subject, message_id, blob, state, due, answer, bypass, matter, code, letter, revision, created)

-- name: insert-outgoing
-- engine: sqlite
INSERT INTO outgoing (id, case_number, kind, sender, account, subject, message_id, blob, state, attempts, due, next, owner,
    in_doubt, answer, bypass, matter, code, letter, revision, last_error, created, reported)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $10, '', FALSE, $11, $12, $13, $14, $15, $16, '', $17, TRUE)

-- name: last-id-of-outgoing
-- engine: sqlite
SELECT COALESCE(MAX(id), 0) FROM outgoing

-- name: take-ids-of-outgoing
-- engine: postgres
SELECT nextval('outgoing_id_seq') FROM generate_series(1, $1)

-- name: known-ours
SELECT message_id FROM outgoing WHERE TRUE
--? ids: AND message_id IN (?)

-- name: insert-recipients
-- engine: postgres
INSERT INTO outgoing_recipients (outgoing, n, address, folded, state, code, enhanced, text)
SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS INTEGER), value->>2, value->>3, 'queued', 0, '', ''
FROM json_array_elements(CAST($1 AS JSON)) ORDER BY 1, 2

-- name: insert-recipients
-- engine: sqlite
INSERT INTO outgoing_recipients (outgoing, n, address, folded, state, code, enhanced, text)
SELECT value->>0, value->>1, value->>2, value->>3, 'queued', 0, '', '' FROM json_each($1) ORDER BY 1, 2

-- name: outgoing
SELECT o.id, o.case_number, o.kind, o.sender, o.account, o.subject, o.message_id, o.blob, o.state, o.attempts, o.next,
    o.in_doubt, o.answer, o.bypass, o.matter, o.code, o.letter, o.revision, o.last_error, o.created, o.sent,
    c.used AS code_used, c.voided AS code_voided, c.expires AS code_expires
FROM outgoing o LEFT JOIN codes c ON c.id = o.code
WHERE o.id = $1

-- name: outgoing-by-message-id
SELECT o.id, o.case_number, o.kind, o.sender, o.account, o.subject, o.message_id, o.blob, o.state, o.attempts, o.next,
    o.in_doubt, o.answer, o.bypass, o.matter, o.code, o.letter, o.revision, o.last_error, o.created, o.sent,
    c.used AS code_used, c.voided AS code_voided, c.expires AS code_expires
FROM outgoing o LEFT JOIN codes c ON c.id = o.code
WHERE o.message_id = $1

-- name: list-outgoing
SELECT o.id, o.case_number, o.kind, o.sender, o.account, o.subject, o.message_id, o.blob, o.state, o.attempts, o.next,
    o.in_doubt, o.answer, o.bypass, o.matter, o.code, o.letter, o.revision, o.last_error, o.created, o.sent,
    c.used AS code_used, c.voided AS code_voided, c.expires AS code_expires
FROM outgoing o LEFT JOIN codes c ON c.id = o.code
WHERE TRUE
--? states: AND o.state IN (?)
--? case: AND o.case_number = ?
--? kinds: AND o.kind IN (?)
--? matter: AND o.matter = ?
--? to: AND EXISTS (SELECT 1 FROM outgoing_recipients r WHERE r.outgoing = o.id AND r.folded = ?)
--? since: AND o.created >= ?
--? until: AND o.created < ?
--? unreported: AND o.reported = FALSE
--? oldest: ORDER BY o.id
--? newest: ORDER BY o.id DESC
--? limit: LIMIT ?

-- name: recipients
SELECT n, address, state, code, enhanced, text FROM outgoing_recipients WHERE outgoing = $1 ORDER BY n

-- name: set-recipient
UPDATE outgoing_recipients SET state = $3, code = $4, enhanced = $5, text = $6 WHERE outgoing = $1 AND folded = $2

-- name: bounce-outgoing
-- What had not become an event is left to become one: that it went out was true.
UPDATE outgoing SET state = 'failed', last_error = $2
WHERE id = $1 AND state = 'sent' AND reported = TRUE
  AND NOT EXISTS (SELECT 1 FROM outgoing_recipients r WHERE r.outgoing = $1 AND r.state <> 'bounced')

-- name: retry-recipients
UPDATE outgoing_recipients SET state = 'queued' WHERE outgoing = $1 AND state IN ('failed', 'doubtful', 'bounced')

-- name: retry-outgoing
UPDATE outgoing SET state = 'queued', next = $2, attempts = 0, in_doubt = FALSE, last_error = '', reported = TRUE
WHERE id = $1 AND state IN ('queued', 'failed', 'doubtful')

-- name: hold-outgoing
UPDATE outgoing SET state = 'held' WHERE id = $1 AND state = 'queued'

-- name: release-outgoing
UPDATE outgoing SET state = 'queued', next = $2, reported = TRUE WHERE id = $1 AND state = 'held'

-- name: cancel-outgoing
-- Of an answer that was approved and does not go out the office hears.
UPDATE outgoing SET state = 'cancelled', reported = NOT answer WHERE id = $1 AND state IN ('queued', 'held', 'doubtful', 'failed')

-- name: mark-reported
UPDATE outgoing SET reported = TRUE WHERE id = $1

-- name: claim-outgoing
-- Rows that another gateway is claiming at this moment are skipped, not waited for;
-- on SQLite there is no other.
-- SQLite uses the index of outgoing (next, id) only when its condition stands here
-- word for word.
WITH due AS MATERIALIZED (
    SELECT o.id, o.next, o.blob FROM outgoing o
    WHERE o.state IN ('queued', 'sending') AND o.state = 'queued' AND NOT o.answer AND o.next <= $1
      AND NOT EXISTS (SELECT 1 FROM settings s WHERE s.key = 'paused' AND s.value = 'true')
      AND ((o.account IN (
--! postgres: SELECT json_array_elements_text(CAST($6 AS JSON))
--! sqlite: SELECT value FROM json_each($6)
      )) = $7 OR o.created <= $8)
    ORDER BY o.next, o.id LIMIT $4
--! postgres: FOR UPDATE OF o SKIP LOCKED
), weighed AS (
    SELECT d.id, b.size, SUM(b.size) OVER (ORDER BY d.next, d.id) AS upto FROM due d JOIN blobs b ON b.digest = d.blob
)
UPDATE outgoing SET in_doubt = FALSE, state = 'sending', attempts = attempts + 1, next = $2, owner = $3
WHERE id IN (SELECT id FROM weighed WHERE upto - size < $5)
RETURNING id, case_number, kind, account, sender, blob, message_id, attempts, due, created, answer, bypass, in_doubt

-- name: due-singles
-- A row in `sending` is taken over when its lease (next) has run out or its
-- gateway is known to be dead. What has been found so least often comes first.
SELECT id, account, in_doubt FROM (
    SELECT o.id, o.account, o.attempts, o.next, FALSE AS in_doubt FROM outgoing o WHERE o.answer AND o.state = 'queued' AND o.next <= $1
    UNION ALL
    SELECT o.id, o.account, o.attempts, o.next, TRUE AS in_doubt FROM outgoing o
    WHERE o.state = 'sending'
      AND (o.next <= $1 OR EXISTS (SELECT 1 FROM leases l WHERE l.name = 'gateway/' || o.owner AND l.until <= $1))
) q
WHERE NOT EXISTS (SELECT 1 FROM settings s WHERE s.key = 'paused' AND s.value = 'true')
  AND (q.account IN (
--! postgres: SELECT json_array_elements_text(CAST($3 AS JSON))
--! sqlite: SELECT value FROM json_each($3)
  )) = $4
ORDER BY attempts, next, id LIMIT $2

-- name: claim-single
-- Who comes second while another claims it waits, and then finds it not due.
UPDATE outgoing SET in_doubt = (state = 'sending'), state = 'sending', attempts = attempts + 1, next = $2, owner = $3
WHERE id = $4 AND state IN ('queued', 'sending')
  AND (next <= $1 OR state = 'sending'
       AND EXISTS (SELECT 1 FROM leases l WHERE l.name = 'gateway/' || outgoing.owner AND l.until <= $1))
  AND NOT EXISTS (SELECT 1 FROM settings s WHERE s.key = 'paused' AND s.value = 'true')
RETURNING id, case_number, kind, account, sender, blob, message_id, attempts, due, created, answer, bypass, in_doubt

-- name: note-outgoing
-- Only of what is being sent: what was taken over and noted by another stays noted.
-- That a mail other than an answer was sent is an event of nobody's.
UPDATE outgoing SET state = $2, next = COALESCE($3, next), last_error = $4, sent = $5, reported = ($6 OR $7 AND NOT answer)
WHERE id = $1 AND state = 'sending'

-- name: next-due
SELECT MIN(next) FROM outgoing WHERE state IN ('queued', 'sending')

-- name: count-outgoing
SELECT state, COUNT(*) AS n FROM outgoing GROUP BY state ORDER BY state
