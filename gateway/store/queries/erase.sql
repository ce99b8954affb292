-- name: erase-letters
UPDATE letters SET sender = '', name = '', subject = '', message_id = '', in_reply_to = '', refs = '', note = '' WHERE case_number = $1

-- name: erase-recipients
UPDATE outgoing_recipients SET address = '', folded = '', text = ''
WHERE outgoing IN (SELECT id FROM outgoing WHERE case_number = $1)

-- name: erase-outgoing
UPDATE outgoing SET subject = '', last_error = '' WHERE case_number = $1

-- name: erase-bands
DELETE FROM print_bands WHERE letter IN (SELECT letter FROM prints WHERE case_number = $1)

-- name: erase-prints
DELETE FROM prints WHERE case_number = $1

-- name: erase-held
DELETE FROM held WHERE case_number = $1

-- name: erase-query-code
UPDATE cases SET query_code = '' WHERE number = $1

-- name: blob-uses
-- Who else needs a blob. A case that was erased itself needs nothing; drafts and
-- opinions name their texts in the case's record only.
SELECT (SELECT COUNT(*) FROM letters l WHERE l.digest = $1 AND (l.case_number IS NULL OR l.case_number <> $2)
        AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.number = l.case_number AND c.record LIKE '%"erased":"%'))
    + (SELECT COUNT(*) FROM outgoing o WHERE o.blob = $1 AND (o.case_number IS NULL OR o.case_number <> $2)
        AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.number = o.case_number AND c.record LIKE '%"erased":"%'))
    + (SELECT COUNT(*) FROM failed f WHERE f.digest = $1)
    + (SELECT COUNT(*) FROM models m WHERE m.digest = $1)
    + (SELECT COUNT(*) FROM cases c WHERE c.number <> $2 AND c.record LIKE $3 AND c.record NOT LIKE '%"erased":"%')

-- name: erase-chunks
DELETE FROM blob_chunks WHERE digest = $1

-- name: erase-blob
-- The row stays for those that refer to it; a negative length says erased.
UPDATE blobs SET packed = -1 WHERE digest = $1
