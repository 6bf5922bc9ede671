WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, round(((CASE WHEN (CAST(t0."bmi" AS DOUBLE) / CASE WHEN CAST(t0."age" AS DOUBLE) <> 0 THEN CAST(t0."age" AS DOUBLE) END) > 0 THEN ln((CAST(t0."bmi" AS DOUBLE) / CASE WHEN CAST(t0."age" AS DOUBLE) <> 0 THEN CAST(t0."age" AS DOUBLE) END)) END + CASE WHEN CAST(t0."bmi" AS DOUBLE) >= 0 THEN sqrt(CAST(t0."bmi" AS DOUBLE)) END) - CASE WHEN (CAST(t0."age" AS DOUBLE) - 7.00000000000000000e+00 * floor(CAST(t0."age" AS DOUBLE) / 7.00000000000000000e+00)) < 700 THEN exp((CAST(t0."age" AS DOUBLE) - 7.00000000000000000e+00 * floor(CAST(t0."age" AS DOUBLE) / 7.00000000000000000e+00))) END), 1) AS k0, CASE WHEN t0."born" BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN CAST(date_trunc('month', t0."born") AS DATE) END AS k1, t0."bmi" AS x0
FROM "participants" AS t0
WHERE (abs((-(CAST(t0."bmi" AS DOUBLE)))) > 150) OR (coalesce(t0."centre", 'x') = 'x') OR ((DATE '2020-01-01' - CASE WHEN t0."born" BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN t0."born" END) > 1000)
), valued AS (
SELECT k0, k1, person_mark, x0
FROM people
), groups AS (
SELECT k0, k1, count(*) AS people, bit_xor(person_mark) AS person_mark, count(x0) AS m0_n, bit_xor(person_mark) FILTER (WHERE x0 IS NOT NULL) AS m0_mark
FROM valued
GROUP BY k0, k1
), cleaned AS (
SELECT CASE WHEN k0 BETWEEN -1.00000000000000003e+280 AND 1.00000000000000003e+280 THEN k0 + 0 END AS k0, k1 AS k1, people, person_mark, m0_n, m0_mark
FROM groups
)
SELECT k0, k1, CAST(sum(people) AS BIGINT) AS people, bit_xor(person_mark) AS person_mark, CAST(sum(m0_n) AS BIGINT) AS m0_n, bit_xor(m0_mark) AS m0_mark
FROM cleaned
GROUP BY k0, k1
ORDER BY k0 NULLS LAST, k1 NULLS LAST;
