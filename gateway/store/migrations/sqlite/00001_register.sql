-- +goose Up

CREATE TABLE numbers (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

-- The ledger's head. PostgreSQL locks this row for each writing transaction.
CREATE TABLE chain (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    seq    INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT;
INSERT INTO chain (id, seq, digest)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE ledger (
    seq         INTEGER PRIMARY KEY,
    case_number TEXT NOT NULL,
    at          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    entry       TEXT NOT NULL,
    digest      TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_case ON ledger (case_number, seq);

-- +goose StatementBegin
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd

-- Personal words by their salted digest: rows may be deleted (erasure), the
-- chain does not notice.
CREATE TABLE ledger_texts (
    digest      TEXT PRIMARY KEY,
    seq         INTEGER NOT NULL,
    case_number TEXT NOT NULL,
    field       TEXT NOT NULL,
    salt        BLOB NOT NULL,
    text        TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_texts_case ON ledger_texts (case_number, seq);
-- +goose StatementBegin
CREATE TRIGGER ledger_texts_no_update BEFORE UPDATE ON ledger_texts
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd

CREATE TABLE cases (
    number       TEXT PRIMARY KEY,
    year         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    state        TEXT NOT NULL,
    mailbox      TEXT NOT NULL,
    sender       TEXT NOT NULL,
    lead         TEXT NOT NULL,
    category     TEXT NOT NULL,
    urgency      TEXT NOT NULL,
    confidential INTEGER NOT NULL,
    arrived      TEXT NOT NULL,
    accepted     TEXT,
    due          TEXT,
    answered     TEXT,
    closed       TEXT,
    query_code   TEXT NOT NULL,
    record       TEXT NOT NULL,
    UNIQUE (year, sequence)
) STRICT;
CREATE INDEX cases_state ON cases (state, due);
CREATE INDEX cases_arrived ON cases (arrived, number);
CREATE INDEX cases_sender ON cases (sender, arrived);
CREATE INDEX cases_due ON cases (due);
CREATE INDEX cases_answered ON cases (answered);
CREATE INDEX cases_closed ON cases (closed);

CREATE TABLE case_divisions (
    division    TEXT NOT NULL,
    case_number TEXT NOT NULL REFERENCES cases (number),
    active      INTEGER NOT NULL,
    PRIMARY KEY (division, case_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_divisions_case ON case_divisions (case_number);

CREATE TABLE blobs (
    digest TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    packed INTEGER NOT NULL
) STRICT;

CREATE TABLE blob_chunks (
    digest TEXT NOT NULL REFERENCES blobs (digest),
    n      INTEGER NOT NULL,
    data   BLOB NOT NULL,
    PRIMARY KEY (digest, n)
) STRICT;

CREATE TABLE letters (
    id          INTEGER PRIMARY KEY,
    mailbox     TEXT NOT NULL,
    uidvalidity INTEGER,
    uid         INTEGER,
    digest      TEXT NOT NULL REFERENCES blobs (digest),
    size        INTEGER NOT NULL,
    arrived     TEXT NOT NULL,
    sender      TEXT NOT NULL,
    name        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    refs        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    case_number TEXT REFERENCES cases (number),
    note        TEXT NOT NULL,
    UNIQUE (mailbox, uidvalidity, uid)
) STRICT;
CREATE INDEX letters_digest ON letters (digest);
CREATE INDEX letters_message_id ON letters (message_id);
CREATE INDEX letters_case ON letters (case_number, id);
CREATE INDEX letters_arrived ON letters (arrived, id);
CREATE INDEX letters_unregistered ON letters (arrived, id) WHERE case_number IS NULL;

CREATE TABLE boxes (
    mailbox        TEXT PRIMARY KEY,
    uidvalidity    INTEGER NOT NULL,
    uid            INTEGER NOT NULL,
    tried          TEXT,
    checked        TEXT,
    error          TEXT NOT NULL,
    failing_since  TEXT,
    login_refusals INTEGER NOT NULL,
    alarmed        INTEGER NOT NULL
) STRICT;

CREATE TABLE failed (
    id          INTEGER PRIMARY KEY,
    mailbox     TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    arrived     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    digest      TEXT NOT NULL REFERENCES blobs (digest),
    tries       INTEGER NOT NULL,
    UNIQUE (mailbox, uidvalidity, uid, digest)
) STRICT;

CREATE TABLE codes (
    id           INTEGER PRIMARY KEY,
    digest       TEXT NOT NULL UNIQUE,
    case_number  TEXT REFERENCES cases (number),
    matter       TEXT NOT NULL,
    address      TEXT NOT NULL,
    division     TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    draft_digest TEXT NOT NULL,
    held         INTEGER NOT NULL,
    issued       TEXT NOT NULL,
    expires      TEXT NOT NULL,
    used         TEXT,
    voided       TEXT
) STRICT;
CREATE INDEX codes_case ON codes (case_number);
CREATE INDEX codes_held ON codes (held) WHERE held <> 0;

CREATE TABLE outgoing (
    id          INTEGER PRIMARY KEY,
    case_number TEXT REFERENCES cases (number),
    kind        TEXT NOT NULL,
    sender      TEXT NOT NULL,
    account     TEXT NOT NULL,
    subject     TEXT NOT NULL,
    message_id  TEXT NOT NULL UNIQUE,
    blob        TEXT NOT NULL REFERENCES blobs (digest),
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'held', 'doubtful', 'failed', 'cancelled')),
    attempts    INTEGER NOT NULL,
    due         TEXT NOT NULL,
    next        TEXT NOT NULL,
    owner       TEXT NOT NULL,
    in_doubt    INTEGER NOT NULL,
    answer      INTEGER NOT NULL,
    bypass      INTEGER NOT NULL,
    matter      TEXT NOT NULL,
    code        INTEGER REFERENCES codes (id),
    letter      INTEGER,
    revision    INTEGER NOT NULL,
    last_error  TEXT NOT NULL,
    created     TEXT NOT NULL,
    sent        TEXT,
    reported    INTEGER NOT NULL
) STRICT;
CREATE INDEX outgoing_next ON outgoing (next, id) WHERE state IN ('queued', 'sending');
CREATE INDEX outgoing_state ON outgoing (state, id);
CREATE INDEX outgoing_case ON outgoing (case_number, id);
CREATE INDEX outgoing_unreported ON outgoing (id) WHERE reported = FALSE;

CREATE TABLE outgoing_recipients (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    n        INTEGER NOT NULL,
    address  TEXT NOT NULL, -- as written
    folded   TEXT NOT NULL, -- as compared
    state    TEXT NOT NULL,
    code     INTEGER NOT NULL,
    enhanced TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (outgoing, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_recipients_address ON outgoing_recipients (folded, outgoing);

CREATE TABLE clocks (
    id          INTEGER PRIMARY KEY,
    case_number TEXT NOT NULL,
    clock       TEXT NOT NULL,
    step        INTEGER NOT NULL,
    due         TEXT NOT NULL,
    fired       TEXT,
    UNIQUE (case_number, clock, step)
) STRICT;
CREATE INDEX clocks_due ON clocks (due, id) WHERE fired IS NULL;

CREATE TABLE held (
    id          INTEGER PRIMARY KEY,
    address     TEXT NOT NULL,
    case_number TEXT NOT NULL,
    body        BLOB NOT NULL,
    letter      INTEGER NOT NULL,
    created     TEXT NOT NULL,
    expires     TEXT NOT NULL,
    taken       TEXT
) STRICT;

CREATE TABLE tallies (
    kind   TEXT NOT NULL,
    key    TEXT NOT NULL,
    bucket TEXT NOT NULL,
    n      INTEGER NOT NULL,
    at     TEXT NOT NULL,
    PRIMARY KEY (kind, key, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE signatures (
    digest TEXT PRIMARY KEY,
    at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
    name  TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    token INTEGER NOT NULL,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The readable text, for the substring check and the snippet; its character
-- bigrams lie in search_grams under the same id.
CREATE TABLE search_docs (
    id          INTEGER PRIMARY KEY,
    case_number TEXT NOT NULL,
    letter      INTEGER NOT NULL,
    text        TEXT NOT NULL
) STRICT;
CREATE INDEX search_docs_case ON search_docs (case_number, letter);
CREATE INDEX search_docs_letter ON search_docs (letter) WHERE letter <> 0;

CREATE VIRTUAL TABLE search_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
