-- What an administrator alarms on is counted at each scrape; the ledger grows
-- for years, the entries of these kinds stay few.

-- +goose Up
CREATE INDEX ledger_alarming ON ledger (kind) WHERE kind IN ('bounced', 'chased', 'escalated', 'suspicious');
