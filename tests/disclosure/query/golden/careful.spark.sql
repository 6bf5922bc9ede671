WITH people AS (
SELECT t0.`person` AS person, t0.`person_mark` AS person_mark, round(CAST((CAST((CAST(CASE WHEN CAST((CAST(t0.`bmi` AS DOUBLE) / nullif(CAST(t0.`age` AS DOUBLE), 0)) AS DOUBLE) > 0 THEN ln(CAST((CAST(t0.`bmi` AS DOUBLE) / nullif(CAST(t0.`age` AS DOUBLE), 0)) AS DOUBLE)) END AS DOUBLE) + CAST(CASE WHEN CAST(t0.`bmi` AS DOUBLE) >= 0 THEN sqrt(CAST(t0.`bmi` AS DOUBLE)) END AS DOUBLE)) AS DOUBLE) - CAST(CASE WHEN CAST((CAST(t0.`age` AS DOUBLE) - CAST(7 AS DOUBLE) * floor(CAST(t0.`age` AS DOUBLE) / nullif(CAST(7 AS DOUBLE), 0))) AS DOUBLE) < 700 THEN exp(CAST((CAST(t0.`age` AS DOUBLE) - CAST(7 AS DOUBLE) * floor(CAST(t0.`age` AS DOUBLE) / nullif(CAST(7 AS DOUBLE), 0))) AS DOUBLE)) END AS DOUBLE)) AS DOUBLE), 1) AS k0, trunc(t0.`born`, 'month') AS k1, CASE WHEN t0.`bmi` IS NOT NULL THEN 1 END AS x0
FROM `participants` AS t0
WHERE ((abs(CAST((-CAST(t0.`bmi` AS DOUBLE)) AS DOUBLE)) > 150) OR (coalesce(t0.`centre`, 'x') = 'x')) OR (datediff(DATE '2020-01-01', t0.`born`) > 1000)
)
SELECT k0, k1, count(*) AS people, bit_xor(person_mark) AS person_mark, count(CASE WHEN x0 IS NOT NULL THEN 1 END) AS m0_n, bit_xor(CASE WHEN x0 IS NOT NULL THEN person_mark END) AS m0_mark
FROM people
GROUP BY k0, k1
ORDER BY k0 NULLS LAST, k1 NULLS LAST;
