WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark
FROM "participants" AS t0
)
SELECT count(*) AS people, bit_xor(person_mark) AS person_mark
FROM people;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, CASE WHEN abs(CAST(t0."bmi" AS DOUBLE)) < 1e300 THEN CAST(t0."bmi" AS DOUBLE) END AS x0
FROM "participants" AS t0
)
SELECT least(CAST(floor((((least(greatest(x0, 0.00000000000000000e+00), 2.00000000000000000e+02) - 1.00000000000000000e+02) / 1.00000000000000000e+02) + 1) / 2 * 20) AS BIGINT), 19) AS bin, count(*) AS people
FROM people WHERE x0 IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, CASE WHEN abs(CAST(t0."bmi" AS DOUBLE)) < 1e300 THEN CAST(t0."bmi" AS DOUBLE) END AS x1
FROM "participants" AS t0
)
SELECT least(CAST(floor((((least(greatest(x1, 0.00000000000000000e+00), 2.00000000000000000e+02) - 1.00000000000000000e+02) / 1.00000000000000000e+02) + 1) / 2 * 20) AS BIGINT), 19) AS bin, count(*) AS people
FROM people WHERE x1 IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, CAST((t0."born" - DATE '1970-01-01') AS DOUBLE) AS x2
FROM "participants" AS t0
)
SELECT least(CAST(floor((((least(greatest(x2, 0.00000000000000000e+00), 2.00000000000000000e+02) - 1.00000000000000000e+02) / 1.00000000000000000e+02) + 1) / 2 * 20) AS BIGINT), 19) AS bin, count(*) AS people
FROM people WHERE x2 IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, t0."centre" AS x3
FROM "participants" AS t0
)
SELECT x3 AS bin, count(*) AS people
FROM people WHERE x3 IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;
