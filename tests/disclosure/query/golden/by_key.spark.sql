WITH people AS (
SELECT t0.`person` AS person, t0.`person_mark` AS person_mark, t0.`sex` AS k0
FROM `participants` AS t0
)
SELECT k0, count(*) AS people, bit_xor(person_mark) AS person_mark
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;
