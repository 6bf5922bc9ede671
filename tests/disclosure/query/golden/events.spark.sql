WITH events AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, left(t1.`code`, 3) AS k0, CASE WHEN abs(CAST(t1.`level` AS DOUBLE)) < 1e300 THEN CAST(t1.`level` AS DOUBLE) END AS x1
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
), people AS (
SELECT person, record_key, k0, avg(x1) AS x1
FROM events
GROUP BY person, record_key, k0
)
SELECT k0, count(*) AS people, bit_xor(record_key) AS group_key, count(CASE WHEN x1 IS NOT NULL THEN 1 END) AS m1_people, bit_xor(CASE WHEN x1 IS NOT NULL THEN record_key END) AS m1_key, sum(x1) AS m1_sum, avg(x1) AS m1_mean, var_pop(x1) AS m1_variance, slice(sort_array(collect_list(abs(x1)), false), 1, 2) AS m1_largest
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH events AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, left(t1.`code`, 3) AS k0
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
), people AS (
SELECT person, record_key, k0
FROM events
GROUP BY person, record_key, k0
), numbered AS (
SELECT k0, row_number() OVER (ORDER BY k0 NULLS LAST) - 1 AS cell
FROM (SELECT DISTINCT k0 FROM people) AS cells
)
SELECT people.person, numbered.cell FROM people JOIN numbered ON people.k0 <=> numbered.k0;

WITH events AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, left(t1.`code`, 3) AS k0, t1.`code` AS bin
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
), people AS (
SELECT person, record_key, k0, bin
FROM events
GROUP BY person, record_key, k0, bin
)
SELECT k0, bin, count(*) AS people, bit_xor(record_key) AS group_key
FROM people WHERE bin IS NOT NULL
GROUP BY k0, bin
ORDER BY k0 NULLS LAST, bin NULLS LAST;
