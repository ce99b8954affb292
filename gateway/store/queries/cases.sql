-- name: last-number
SELECT last FROM numbers WHERE year = $1

-- name: save-number
-- A counter row and not a database sequence: a sequence leaves a gap behind
-- each transaction that is rolled back.
INSERT INTO numbers (year, last) VALUES ($1, $2)
ON CONFLICT (year) DO UPDATE SET last = excluded.last

-- name: insert-cases
-- engine: postgres
INSERT INTO cases (number, year, sequence, state, mailbox, sender, lead, category, urgency, confidential,
    arrived, accepted, due, answered, closed, query_code, record)
SELECT number, CAST(year AS INTEGER), CAST(sequence AS INTEGER), state, mailbox, sender, lead, category, urgency, CAST(confidential AS BOOLEAN),
    CAST(arrived AS TIMESTAMPTZ), CAST(accepted AS TIMESTAMPTZ), CAST(due AS TIMESTAMPTZ), CAST(answered AS TIMESTAMPTZ), CAST(closed AS TIMESTAMPTZ), query_code, record
FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]),
    CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), CAST($10 AS TEXT[]), CAST($11 AS TEXT[]), CAST($12 AS TEXT[]), CAST($13 AS TEXT[]), CAST($14 AS TEXT[]),
    CAST($15 AS TEXT[]), CAST($16 AS TEXT[]), CAST($17 AS TEXT[]))
    AS n(number, year, sequence, state, mailbox, sender, lead, category, urgency, confidential, arrived, accepted, due, answered, closed, query_code, record)

-- name: insert-cases
-- engine: sqlite
INSERT INTO cases (number, year, sequence, state, mailbox, sender, lead, category, urgency, confidential,
    arrived, accepted, due, answered, closed, query_code, record)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)

-- name: save-case
UPDATE cases SET state = $2, mailbox = $3, sender = $4, lead = $5, category = $6, urgency = $7, confidential = $8,
    arrived = $9, accepted = $10, due = $11, answered = $12, closed = $13, record = $14
WHERE number = $1

-- name: save-case-divisions
-- engine: postgres
INSERT INTO case_divisions (division, case_number, active)
SELECT division, case_number, CAST(active AS BOOLEAN)
FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[])) AS n(division, case_number, active)
ON CONFLICT (division, case_number) DO UPDATE SET active = excluded.active

-- name: save-case-divisions
-- engine: sqlite
INSERT INTO case_divisions (division, case_number, active) VALUES ($1, $2, $3)
ON CONFLICT (division, case_number) DO UPDATE SET active = excluded.active

-- name: case
SELECT record FROM cases WHERE number = $1

-- name: known-senders
SELECT DISTINCT sender FROM cases WHERE TRUE
--? senders: AND sender IN (?)

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
