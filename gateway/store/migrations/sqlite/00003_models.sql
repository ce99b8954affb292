-- +goose Up
-- Every version of the learned model that was ever in use; the last one is.
CREATE TABLE models (
    id     INTEGER PRIMARY KEY,
    digest TEXT NOT NULL REFERENCES blobs (digest),
    source TEXT NOT NULL,
    report TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
