WITH events AS (
SELECT t0.`person` AS person, t0.`person_mark` AS person_mark, left(t1.`code`, 3) AS k0, CASE WHEN abs(CAST(t1.`level` AS DOUBLE)) < 1.00000000000000003e+280 THEN CAST(t1.`level` AS DOUBLE) END AS x1
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
), once AS (
SELECT person, person_mark, k0, avg(x1) AS x1
FROM events
GROUP BY person, person_mark, k0
), people AS (
SELECT person, person_mark, k0, x1 FROM (SELECT *, row_number() OVER (PARTITION BY person ORDER BY xxhash64(xxhash64('', person, k0))) AS place FROM once) WHERE place <= 3
), valued AS (
SELECT k0, person_mark, try_cast(round((abs(x1 - 0.00000000000000000e+00) - abs(x1 - 2.00000000000000000e+02)) * 1.07374182300000004e+07) AS INT) AS x1
FROM people
), groups AS (
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark, count(x1) AS m1_n, CAST(coalesce(sum(x1), 0) AS BIGINT) AS m1_x
FROM valued
GROUP BY k0
), cleaned AS (
SELECT k0 AS k0, people, person_mark, m1_n, m1_x
FROM groups
)
SELECT k0, CAST(sum(people) AS BIGINT) AS people, bit_xor(person_mark) AS person_mark, CAST(sum(m1_n) AS BIGINT) AS m1_n, CAST(sum(m1_x) AS BIGINT) AS m1_x
FROM cleaned
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH events AS (
SELECT t0.`person` AS person, t0.`person_mark` AS person_mark, left(t1.`code`, 3) AS k0, t1.`code` AS v
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
), once AS (
SELECT person, person_mark, k0, max(v) AS v
FROM events
GROUP BY person, person_mark, k0
), people AS (
SELECT person, person_mark, k0, v FROM (SELECT *, row_number() OVER (PARTITION BY person ORDER BY xxhash64(xxhash64('', person, k0))) AS place FROM once) WHERE place <= 3
), valued AS (
SELECT k0, v AS bin
FROM people
), groups AS (
SELECT k0, bin, count(*) AS people
FROM valued
GROUP BY k0, bin
), cleaned AS (
SELECT k0 AS k0, CASE WHEN bin IS NOT NULL THEN bin END AS bin, people
FROM groups
)
SELECT k0, bin, CAST(sum(people) AS BIGINT) AS people
FROM cleaned
WHERE bin IS NOT NULL
GROUP BY k0, bin
ORDER BY k0 NULLS LAST, bin NULLS LAST;
