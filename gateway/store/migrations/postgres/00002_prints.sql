-- +goose Up
-- Fingerprints of letters, by which repeats and mass letters are found; the
-- keys under which near-identical texts meet lie in print_bands.
CREATE TABLE prints (
    letter      BIGINT PRIMARY KEY REFERENCES letters (id),
    case_number TEXT NOT NULL,
    sender      TEXT NOT NULL,
    print       TEXT NOT NULL,
    at          TIMESTAMPTZ NOT NULL
);

CREATE TABLE print_bands (
    band   TEXT NOT NULL,
    letter BIGINT NOT NULL REFERENCES prints (letter),
    PRIMARY KEY (band, letter)
);
