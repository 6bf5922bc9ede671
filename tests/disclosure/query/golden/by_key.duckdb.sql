WITH people AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, t0."sex" AS k0
FROM "participants" AS t0
)
SELECT k0, count(*) AS people, bit_xor(record_key) AS group_key
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, t0."sex" AS k0
FROM "participants" AS t0
), numbered AS (
SELECT k0, row_number() OVER (ORDER BY k0 NULLS LAST) - 1 AS cell
FROM (SELECT DISTINCT k0 FROM people) AS cells
)
SELECT people.person, numbered.cell FROM people JOIN numbered ON people.k0 IS NOT DISTINCT FROM numbered.k0;
