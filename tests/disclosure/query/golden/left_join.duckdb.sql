WITH events AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, year(t1."date") AS k0, CASE WHEN CASE WHEN t0."sex" = 1 THEN 1 ELSE CAST(NULL AS DOUBLE) END IS NOT NULL THEN 1 END AS x0
FROM "participants" AS t0
LEFT JOIN "hospital" AS t1 ON t1."person" = t0."person" AND (t1."date" > (t0."born" + 30))
), people AS (
SELECT person, person_mark, k0, max(x0) AS x0
FROM events
GROUP BY person, person_mark, k0
)
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark, count(CASE WHEN x0 IS NOT NULL THEN 1 END) AS m0_n, bit_xor(CASE WHEN x0 IS NOT NULL THEN person_mark END) AS m0_mark
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;
