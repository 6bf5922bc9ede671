WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, CASE WHEN t0.`bmi` >= 30 THEN 'high' WHEN t0.`bmi` IS NULL THEN 'none' ELSE 'low' END AS k0
FROM `participants` AS t0
WHERE ((SELECT count(*) FROM `hospital` AS t100 WHERE t100.`person` = t0.`person` AND ((t100.`code` = 'E11') AND (t100.`date` > t0.`born`))) > 0) AND ((SELECT min(t101.`date`) FROM `hospital` AS t101 WHERE t101.`person` = t0.`person` AND (t101.`code` LIKE 'I%')) < DATE '2012-01-01')
)
SELECT k0, count(*) AS people, bit_xor(record_key) AS group_key
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, CASE WHEN t0.`bmi` >= 30 THEN 'high' WHEN t0.`bmi` IS NULL THEN 'none' ELSE 'low' END AS k0
FROM `participants` AS t0
WHERE ((SELECT count(*) FROM `hospital` AS t100 WHERE t100.`person` = t0.`person` AND ((t100.`code` = 'E11') AND (t100.`date` > t0.`born`))) > 0) AND ((SELECT min(t101.`date`) FROM `hospital` AS t101 WHERE t101.`person` = t0.`person` AND (t101.`code` LIKE 'I%')) < DATE '2012-01-01')
), numbered AS (
SELECT k0, row_number() OVER (ORDER BY k0 NULLS LAST) - 1 AS cell
FROM (SELECT DISTINCT k0 FROM people) AS cells
)
SELECT people.person, numbered.cell FROM people JOIN numbered ON people.k0 <=> numbered.k0;
