WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark
FROM "participants" AS t0
), valued AS (
SELECT person_mark
FROM people
)
SELECT count(*) AS people, bit_xor(person_mark) AS person_mark
FROM valued;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, t0."bmi" AS v
FROM "participants" AS t0
), valued AS (
SELECT TRY_CAST(floor(((abs(v - 0.00000000000000000e+00) - abs(v - 2.00000000000000000e+02)) + 2.00000000000000000e+02) * 5.00000000000000028e-02) AS INTEGER) AS bin
FROM people
), groups AS (
SELECT bin, count(*) AS people
FROM valued
GROUP BY bin
), cleaned AS (
SELECT CASE WHEN bin IS NOT NULL THEN least(greatest(bin, 0), 19) END AS bin, people
FROM groups
)
SELECT bin, CAST(sum(people) AS BIGINT) AS people
FROM cleaned
WHERE bin IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, t0."bmi" AS v
FROM "participants" AS t0
), valued AS (
SELECT TRY_CAST(floor(((abs(v - 0.00000000000000000e+00) - abs(v - 2.00000000000000000e+02)) + 2.00000000000000000e+02) * 5.00000000000000028e-02) AS INTEGER) AS bin
FROM people
), groups AS (
SELECT bin, count(*) AS people
FROM valued
GROUP BY bin
), cleaned AS (
SELECT CASE WHEN bin IS NOT NULL THEN least(greatest(bin, 0), 19) END AS bin, people
FROM groups
)
SELECT bin, CAST(sum(people) AS BIGINT) AS people
FROM cleaned
WHERE bin IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, (CASE WHEN t0."born" BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN t0."born" END - DATE '1970-01-01') AS v
FROM "participants" AS t0
), valued AS (
SELECT TRY_CAST(floor(((abs(v - 0.00000000000000000e+00) - abs(v - 2.00000000000000000e+02)) + 2.00000000000000000e+02) * 5.00000000000000028e-02) AS INTEGER) AS bin
FROM people
), groups AS (
SELECT bin, count(*) AS people
FROM valued
GROUP BY bin
), cleaned AS (
SELECT CASE WHEN bin IS NOT NULL THEN least(greatest(bin, 0), 19) END AS bin, people
FROM groups
)
SELECT bin, CAST(sum(people) AS BIGINT) AS people
FROM cleaned
WHERE bin IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, t0."centre" AS v
FROM "participants" AS t0
), valued AS (
SELECT v AS bin
FROM people
), groups AS (
SELECT bin, count(*) AS people
FROM valued
GROUP BY bin
), cleaned AS (
SELECT CASE WHEN bin IS NOT NULL THEN bin END AS bin, people
FROM groups
)
SELECT bin, CAST(sum(people) AS BIGINT) AS people
FROM cleaned
WHERE bin IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;
