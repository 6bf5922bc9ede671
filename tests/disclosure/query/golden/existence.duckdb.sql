WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, CASE WHEN t0."bmi" >= 30 THEN 'high' WHEN t0."bmi" IS NULL THEN 'none' ELSE 'low' END AS k0
FROM "participants" AS t0
WHERE ((SELECT count(*) FROM "hospital" AS t100 WHERE t100."person" = t0."person" AND ((t100."code" = 'E11') AND (t100."date" > t0."born"))) > 0) AND ((SELECT min(CASE WHEN t101."person" IS NOT NULL THEN CASE WHEN t101."date" BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN t101."date" END END) FROM "hospital" AS t101 WHERE t101."person" = t0."person" AND (t101."code" LIKE 'I%')) < DATE '2012-01-01')
), valued AS (
SELECT k0, person_mark
FROM people
), groups AS (
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark
FROM valued
GROUP BY k0
), cleaned AS (
SELECT k0 AS k0, people, person_mark
FROM groups
)
SELECT k0, CAST(sum(people) AS BIGINT) AS people, bit_xor(person_mark) AS person_mark
FROM cleaned
GROUP BY k0
ORDER BY k0 NULLS LAST;
