WITH events AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, t0.`sex` AS k0
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
WHERE (t0.`age` > 60) AND ((t1.`code` LIKE 'I21%') AND (t1.`date` > DATE '2010-01-01'))
), people AS (
SELECT person, record_key, k0
FROM events
GROUP BY person, record_key, k0
)
SELECT k0, count(*) AS people, bit_xor(record_key) AS group_key
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH events AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, t0.`sex` AS k0
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
WHERE (t0.`age` > 60) AND ((t1.`code` LIKE 'I21%') AND (t1.`date` > DATE '2010-01-01'))
), people AS (
SELECT person, record_key, k0
FROM events
GROUP BY person, record_key, k0
), numbered AS (
SELECT k0, row_number() OVER (ORDER BY k0 NULLS LAST) - 1 AS cell
FROM (SELECT DISTINCT k0 FROM people) AS cells
)
SELECT people.person, numbered.cell FROM people JOIN numbered ON people.k0 <=> numbered.k0;
