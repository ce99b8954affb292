-- name: cursor
SELECT uidvalidity, uid FROM boxes WHERE mailbox = $1

-- name: set-cursor
INSERT INTO boxes (mailbox, uidvalidity, uid, error, login_refusals, alarmed) VALUES ($1, $2, $3, '', 0, FALSE)
ON CONFLICT (mailbox) DO UPDATE SET uidvalidity = excluded.uidvalidity, uid = excluded.uid

-- name: note-check-well
INSERT INTO boxes (mailbox, uidvalidity, uid, tried, checked, error, login_refusals, alarmed)
VALUES ($1, 0, 0, $2, $2, '', 0, FALSE)
ON CONFLICT (mailbox) DO UPDATE SET tried = excluded.tried, checked = excluded.checked, error = '', failing_since = NULL,
    login_refusals = 0

-- name: note-check-failed
INSERT INTO boxes (mailbox, uidvalidity, uid, tried, error, failing_since, login_refusals, alarmed)
VALUES ($1, 0, 0, $2, $3, $2, $4, FALSE)
ON CONFLICT (mailbox) DO UPDATE SET tried = excluded.tried, error = excluded.error,
    failing_since = COALESCE(boxes.failing_since, excluded.failing_since), login_refusals = excluded.login_refusals

-- name: set-box-alarm
INSERT INTO boxes (mailbox, uidvalidity, uid, error, login_refusals, alarmed) VALUES ($1, 0, 0, '', 0, $2)
ON CONFLICT (mailbox) DO UPDATE SET alarmed = excluded.alarmed

-- name: boxes
SELECT mailbox, uidvalidity, uid, tried, checked, error, failing_since, login_refusals, alarmed FROM boxes ORDER BY mailbox
