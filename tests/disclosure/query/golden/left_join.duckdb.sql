WITH events AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, year(t1."date") AS k0, CASE WHEN CASE WHEN t0."sex" = 1 THEN 1 ELSE CAST(NULL AS DOUBLE) END IS NOT NULL THEN 1 END AS x0
FROM "participants" AS t0
LEFT JOIN "hospital" AS t1 ON t1."person" = t0."person" AND (t1."date" > (t0."born" + 30))
), people AS (
SELECT person, record_key, k0, max(x0) AS x0
FROM events
GROUP BY person, record_key, k0
)
SELECT k0, count(*) AS people, bit_xor(record_key) AS group_key, count(CASE WHEN x0 IS NOT NULL THEN 1 END) AS m0_people, bit_xor(CASE WHEN x0 IS NOT NULL THEN record_key END) AS m0_key
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH events AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, year(t1."date") AS k0, CASE WHEN CASE WHEN t0."sex" = 1 THEN 1 ELSE CAST(NULL AS DOUBLE) END IS NOT NULL THEN 1 END AS x0
FROM "participants" AS t0
LEFT JOIN "hospital" AS t1 ON t1."person" = t0."person" AND (t1."date" > (t0."born" + 30))
), people AS (
SELECT person, record_key, k0, max(x0) AS x0
FROM events
GROUP BY person, record_key, k0
), numbered AS (
SELECT k0, row_number() OVER (ORDER BY k0 NULLS LAST) - 1 AS cell
FROM (SELECT DISTINCT k0 FROM people) AS cells
)
SELECT people.person, numbered.cell, people.x0 IS NOT NULL AS m0 FROM people JOIN numbered ON people.k0 IS NOT DISTINCT FROM numbered.k0;
