-- name: insert-print
INSERT INTO prints (letter, case_number, sender, print, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (letter) DO NOTHING

-- name: insert-print-band
INSERT INTO print_bands (band, letter) VALUES ($1, $2) ON CONFLICT (band, letter) DO NOTHING

-- name: prints-of-band
SELECT p.letter, p.case_number, p.sender, p.print FROM print_bands b JOIN prints p ON p.letter = b.letter
WHERE b.band = $1 ORDER BY b.letter DESC LIMIT $2
