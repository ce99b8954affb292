-- name: insert-prints
-- engine: postgres
INSERT INTO prints (letter, case_number, sender, print, at, mass, first_case)
SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, value->>3, CAST(value->>4 AS TIMESTAMPTZ), CAST(value->>5 AS INTEGER), value->>6
FROM json_array_elements(CAST($1 AS JSON)) ORDER BY 1
ON CONFLICT (letter) DO NOTHING

-- name: insert-prints
-- engine: sqlite
INSERT INTO prints (letter, case_number, sender, print, at, mass, first_case)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 FROM json_each($1) WHERE TRUE ORDER BY 1
ON CONFLICT (letter) DO NOTHING

-- name: insert-print-bands
-- engine: postgres
INSERT INTO print_bands (band, letter)
SELECT value->>0, CAST(value->>1 AS BIGINT) FROM json_array_elements(CAST($1 AS JSON)) ORDER BY 1, 2
ON CONFLICT (band, letter) DO NOTHING

-- name: insert-print-bands
-- engine: sqlite
INSERT INTO print_bands (band, letter)
SELECT value->>0, value->>1 FROM json_each($1) WHERE TRUE ORDER BY 1, 2
ON CONFLICT (band, letter) DO NOTHING

-- name: known-bands
-- engine: postgres
-- Counted no further than $2: a mass letter's keys have very many.
SELECT b.band, (SELECT COUNT(*) FROM (SELECT 1 FROM print_bands p WHERE p.band = b.band LIMIT $2) p) AS n
FROM json_array_elements_text(CAST($1 AS JSON)) AS b (band)

-- name: known-bands
-- engine: sqlite
SELECT b.value AS band, (SELECT COUNT(*) FROM (SELECT 1 FROM print_bands p WHERE p.band = b.value LIMIT $2) p) AS n
FROM json_each($1) b

-- name: prints-of-few
SELECT letter, case_number, sender, print, mass, first_case FROM prints WHERE TRUE
--? bands: AND letter IN (SELECT letter FROM print_bands WHERE band IN (?))
--? newest: ORDER BY letter DESC

-- name: prints-of-bands
-- Of each of the sixteen bands the latest.
SELECT letter, case_number, sender, print, mass, first_case FROM prints WHERE letter IN (
    SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $2 ORDER BY letter DESC LIMIT $1) b1
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $3 ORDER BY letter DESC LIMIT $1) b2
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $4 ORDER BY letter DESC LIMIT $1) b3
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $5 ORDER BY letter DESC LIMIT $1) b4
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $6 ORDER BY letter DESC LIMIT $1) b5
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $7 ORDER BY letter DESC LIMIT $1) b6
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $8 ORDER BY letter DESC LIMIT $1) b7
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $9 ORDER BY letter DESC LIMIT $1) b8
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $10 ORDER BY letter DESC LIMIT $1) b9
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $11 ORDER BY letter DESC LIMIT $1) b10
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $12 ORDER BY letter DESC LIMIT $1) b11
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $13 ORDER BY letter DESC LIMIT $1) b12
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $14 ORDER BY letter DESC LIMIT $1) b13
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $15 ORDER BY letter DESC LIMIT $1) b14
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $16 ORDER BY letter DESC LIMIT $1) b15
    UNION ALL SELECT letter FROM (SELECT letter FROM print_bands WHERE band = $17 ORDER BY letter DESC LIMIT $1) b16
)
ORDER BY letter DESC
