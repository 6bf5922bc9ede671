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

WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, CASE WHEN abs(CAST(t0.`bmi` AS DOUBLE)) < 1e300 THEN CAST(t0.`bmi` AS DOUBLE) END AS x
FROM `participants` AS t0
)
SELECT CASE WHEN x = 0 THEN 0.0 ELSE floor(x / power(10.0, floor(log10(abs(x))) - 1) + 1e-9) * power(10.0, floor(log10(abs(x))) - 1) END AS bin, count(*) AS people, bit_xor(record_key) AS group_key
FROM people WHERE x IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, CASE WHEN abs(CAST(t0.`bmi` AS DOUBLE)) < 1e300 THEN CAST(t0.`bmi` AS DOUBLE) END AS x
FROM `participants` AS t0
)
SELECT CASE WHEN x = 0 THEN 0.0 ELSE floor(x / power(10.0, floor(log10(abs(x))) - 1) + 1e-9) * power(10.0, floor(log10(abs(x))) - 1) END AS bin, count(*) AS people, bit_xor(record_key) AS group_key
FROM people WHERE x IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, t0.`born` AS x
FROM `participants` AS t0
)
SELECT trunc(x, 'month') AS bin, count(*) AS people, bit_xor(record_key) AS group_key
FROM people WHERE x IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;

WITH people AS (
SELECT t0.`person` AS person, t0.`record_key` AS record_key, t0.`centre` AS x
FROM `participants` AS t0
)
SELECT x AS bin, count(*) AS people, bit_xor(record_key) AS group_key
FROM people WHERE x IS NOT NULL
GROUP BY bin
ORDER BY bin NULLS LAST;
