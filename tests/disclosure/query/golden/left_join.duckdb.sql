WITH events AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, CASE WHEN year(CASE WHEN t1."date" BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN t1."date" END) BETWEEN -1.00000000000000003e+280 AND 1.00000000000000003e+280 THEN year(CASE WHEN t1."date" BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN t1."date" END) + 0 END AS k0, CASE WHEN CASE WHEN t0."sex" = 1 THEN 1 ELSE CAST(NULL AS DOUBLE) END IS NOT NULL THEN 1 END AS x0
FROM "participants" AS t0
LEFT JOIN "hospital" AS t1 ON t1."person" = t0."person" AND (t1."date" > CASE WHEN t0."born" BETWEEN DATE '0001-01-01' AND DATE '9999-12-01' THEN (t0."born" + 30) END)
), once AS (
SELECT person, person_mark, k0, max(x0) AS x0
FROM events
GROUP BY person, person_mark, k0
), people AS (
SELECT person, kept.person_mark AS person_mark, kept.k0 AS k0, kept.x0 AS x0 FROM (SELECT person, unnest(min_by(struct_pack(person_mark := person_mark, k0 := k0, x0 := x0), hash(hash('', person, k0)), 3)) AS kept FROM once GROUP BY person)
), valued AS (
SELECT k0, person_mark, x0
FROM people
), groups AS (
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark, count(x0) AS m0_n, bit_xor(person_mark) FILTER (WHERE x0 IS NOT NULL) AS m0_mark
FROM valued
GROUP BY k0
), cleaned AS (
SELECT CASE WHEN k0 BETWEEN -1.00000000000000003e+280 AND 1.00000000000000003e+280 THEN k0 + 0 END AS k0, people, person_mark, m0_n, m0_mark
FROM groups
)
SELECT k0, CAST(sum(people) AS BIGINT) AS people, bit_xor(person_mark) AS person_mark, CAST(sum(m0_n) AS BIGINT) AS m0_n, bit_xor(m0_mark) AS m0_mark
FROM cleaned
GROUP BY k0
ORDER BY k0 NULLS LAST;
