-- A mass letter may have thousands of copies. Each knows the how-many-th sender's
-- it is and the case of the first, so that the next is counted by looking at a
-- few of them.

-- +goose Up
ALTER TABLE prints ADD COLUMN mass INTEGER NOT NULL DEFAULT 1;
ALTER TABLE prints ADD COLUMN first_case TEXT NOT NULL DEFAULT '';
