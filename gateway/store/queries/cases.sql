-- name: next-number
-- A counter row and not a database sequence: a sequence leaves a gap behind
-- each transaction that is rolled back.
INSERT INTO numbers (year, last) VALUES ($1, 1)
ON CONFLICT (year) DO UPDATE SET last = numbers.last + 1
RETURNING last

-- name: insert-case
INSERT INTO cases (number, year, sequence, state, mailbox, sender, lead, category, urgency, confidential,
    arrived, accepted, due, answered, closed, query_code, record)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)

-- name: save-case
UPDATE cases SET state = $2, mailbox = $3, sender = $4, lead = $5, category = $6, urgency = $7, confidential = $8,
    arrived = $9, accepted = $10, due = $11, answered = $12, closed = $13, record = $14
WHERE number = $1

-- name: save-case-division
INSERT INTO case_divisions (division, case_number, active) VALUES ($1, $2, $3)
ON CONFLICT (division, case_number) DO UPDATE SET active = excluded.active

-- name: case
SELECT record FROM cases WHERE number = $1

-- name: query-code
SELECT query_code FROM cases WHERE number = $1

-- name: list-cases
SELECT record FROM cases WHERE TRUE
--? states: AND state IN (?)
--? mailbox: AND mailbox = ?
--? sender: AND sender = ?
--? lead: AND lead = ?
--? urgency: AND urgency = ?
--? category: AND category = ?
--? division: AND number IN (SELECT case_number FROM case_divisions WHERE active = TRUE AND division = ?)
--? ever-division: AND number IN (SELECT case_number FROM case_divisions WHERE division = ?)
--? since: AND arrived >= ?
--? until: AND arrived < ?
--? due-since: AND due >= ?
--? due-until: AND due < ?
--? answered-since: AND answered >= ?
--? answered-until: AND answered < ?
--? closed-since: AND closed >= ?
--? closed-until: AND closed < ?
--? after: AND (arrived, number) > (SELECT a.arrived, a.number FROM cases a WHERE a.number = ?)
--? before: AND (arrived, number) < (SELECT a.arrived, a.number FROM cases a WHERE a.number = ?)
--? oldest: ORDER BY arrived, number
--? newest: ORDER BY arrived DESC, number DESC
-- Of few cases selected by another time: SQLite would walk the whole register
-- in the order of arrival if the index of arrivals could serve.
--? few-oldest: ORDER BY COALESCE(arrived, arrived), number
--? few-newest: ORDER BY COALESCE(arrived, arrived) DESC, number DESC
--? limit: LIMIT ?

-- name: count-cases
SELECT COUNT(*) FROM cases WHERE TRUE
--? states: AND state IN (?)
--? mailbox: AND mailbox = ?
--? sender: AND sender = ?
--? lead: AND lead = ?
--? urgency: AND urgency = ?
--? category: AND category = ?
--? division: AND number IN (SELECT case_number FROM case_divisions WHERE active = TRUE AND division = ?)
--? ever-division: AND number IN (SELECT case_number FROM case_divisions WHERE division = ?)
--? since: AND arrived >= ?
--? until: AND arrived < ?
--? due-since: AND due >= ?
--? due-until: AND due < ?
--? answered-since: AND answered >= ?
--? answered-until: AND answered < ?
--? closed-since: AND closed >= ?
--? closed-until: AND closed < ?
