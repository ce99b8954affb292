-- name: alarming-entries
-- The list is the partial index's own, word for word: neither engine looks
-- further to find out that the index serves.
SELECT kind, COUNT(*) AS n FROM ledger WHERE kind IN ('bounced', 'chased', 'escalated', 'suspicious') GROUP BY kind ORDER BY kind

-- name: oldest-unaccepted
SELECT MIN(arrived) FROM cases WHERE state IN ('registered', 'triage', 'dispatched', 'drafted') AND accepted IS NULL

-- name: oldest-outgoing
SELECT created FROM outgoing WHERE state = 'queued' ORDER BY id LIMIT 1
