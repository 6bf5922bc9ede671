WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, t0."sex" AS k0
FROM "participants" AS t0
), valued AS (
SELECT k0, person_mark
FROM people
), groups AS (
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark
FROM valued
GROUP BY k0
), cleaned AS (
SELECT CASE WHEN k0 BETWEEN -1.00000000000000003e+280 AND 1.00000000000000003e+280 THEN k0 + 0 END AS k0, people, person_mark
FROM groups
)
SELECT k0, CAST(sum(people) AS BIGINT) AS people, bit_xor(person_mark) AS person_mark
FROM cleaned
GROUP BY k0
ORDER BY k0 NULLS LAST;
