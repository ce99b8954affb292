-- An answer to a citizen is looked for by itself, before each that is sent: the
-- mails that wait beside it must not be read for that.

-- +goose Up
CREATE INDEX outgoing_answers ON outgoing (next, id) WHERE answer AND state = 'queued';
