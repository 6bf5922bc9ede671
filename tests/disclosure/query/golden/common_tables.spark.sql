WITH events AS (
SELECT t0.`person` AS person, t0.`person_mark` AS person_mark, t0.`sex` AS k0
FROM `participants` AS t0
JOIN `hospital` AS t1 ON t1.`person` = t0.`person`
WHERE (t0.`age` > 60) AND ((t1.`code` LIKE 'I21%') AND (t1.`date` > DATE '2010-01-01'))
), people AS (
SELECT person, person_mark, k0
FROM events
GROUP BY person, person_mark, k0
)
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;
