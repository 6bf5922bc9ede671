WITH events AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, left(t1."code", 3) AS k0, CASE WHEN abs(CAST(t1."level" AS DOUBLE)) < 1e300 THEN CAST(t1."level" AS DOUBLE) END AS x1
FROM "participants" AS t0
JOIN "hospital" AS t1 ON t1."person" = t0."person"
), people AS (
SELECT person, person_mark, k0, avg(x1) AS x1
FROM events
GROUP BY person, person_mark, k0
)
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark, count(CASE WHEN x1 IS NOT NULL THEN 1 END) AS m1_n, CAST(coalesce(sum(CASE WHEN x1 IS NOT NULL THEN CAST(round((((least(greatest(x1, 0.00000000000000000e+00), 2.00000000000000000e+02) - 1.00000000000000000e+02) / 1.00000000000000000e+02)) * 1048576) AS BIGINT) END), 0) AS BIGINT) AS m1_x
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH events AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, left(t1."code", 3) AS k0, t1."code" AS x2
FROM "participants" AS t0
JOIN "hospital" AS t1 ON t1."person" = t0."person"
), people AS (
SELECT person, person_mark, k0, max(x2) AS x2
FROM events
GROUP BY person, person_mark, k0
)
SELECT k0, x2 AS bin, count(*) AS people
FROM people WHERE x2 IS NOT NULL
GROUP BY k0, bin
ORDER BY k0 NULLS LAST, bin NULLS LAST;
