WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key
FROM `participants` AS t0
)
SELECT count(*) AS people, bit_xor(record_key) AS group_key
FROM people;

WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key
FROM `participants` AS t0
)
SELECT people.person, 0 AS cell FROM people;
