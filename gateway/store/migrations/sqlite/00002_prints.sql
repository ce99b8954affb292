-- +goose Up
-- Fingerprints of letters, by which repeats and mass letters are found; the
-- keys under which near-identical texts meet lie in print_bands.
CREATE TABLE prints (
    letter      INTEGER PRIMARY KEY REFERENCES letters (id),
    case_number TEXT NOT NULL,
    sender      TEXT NOT NULL,
    print       TEXT NOT NULL,
    at          TEXT NOT NULL
) STRICT;

CREATE TABLE print_bands (
    band   TEXT NOT NULL,
    letter INTEGER NOT NULL REFERENCES prints (letter),
    PRIMARY KEY (band, letter)
) STRICT, WITHOUT ROWID;
