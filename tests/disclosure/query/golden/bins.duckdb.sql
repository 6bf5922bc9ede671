WITH people AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, t0."sex" AS k0, (CAST(floor(CAST((CAST(t0."age" AS DOUBLE) / nullif(CAST(10 AS DOUBLE), 0)) AS DOUBLE)) AS DOUBLE) * CAST(10 AS DOUBLE)) AS k1, CASE WHEN abs(CAST(t0."bmi" AS DOUBLE)) < 1e300 THEN CAST(t0."bmi" AS DOUBLE) END AS x0, CASE WHEN abs(CAST(t0."bmi" AS DOUBLE)) < 1e300 THEN CAST(t0."bmi" AS DOUBLE) END AS x1, CASE WHEN abs(CAST(t0."age" AS DOUBLE)) < 1e300 THEN CAST(t0."age" AS DOUBLE) END AS x2
FROM "participants" AS t0
WHERE (((t0."age" >= 40) AND (t0."age" <= 69)) AND (t0."centre" IN ('a', 'o''b'))) AND (NOT (t0."smoker" = TRUE))
)
SELECT k0, k1, count(*) AS people, bit_xor(record_key) AS group_key, count(CASE WHEN x0 IS NOT NULL THEN 1 END) AS m0_people, bit_xor(CASE WHEN x0 IS NOT NULL THEN record_key END) AS m0_key, sum(x0) AS m0_sum, avg(x0) AS m0_mean, var_pop(x0) AS m0_variance, max(abs(x0), 2) AS m0_largest, count(CASE WHEN x1 IS NOT NULL THEN 1 END) AS m1_people, bit_xor(CASE WHEN x1 IS NOT NULL THEN record_key END) AS m1_key, sum(x1) AS m1_sum, avg(x1) AS m1_mean, var_pop(x1) AS m1_variance, count(CASE WHEN x2 IS NOT NULL THEN 1 END) AS m2_people, bit_xor(CASE WHEN x2 IS NOT NULL THEN record_key END) AS m2_key, sum(x2) AS m2_sum, avg(x2) AS m2_mean, var_pop(x2) AS m2_variance, max(abs(x2), 2) AS m2_largest
FROM people
GROUP BY k0, k1
ORDER BY k0 NULLS LAST, k1 NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, t0."sex" AS k0, (CAST(floor(CAST((CAST(t0."age" AS DOUBLE) / nullif(CAST(10 AS DOUBLE), 0)) AS DOUBLE)) AS DOUBLE) * CAST(10 AS DOUBLE)) AS k1
FROM "participants" AS t0
WHERE (((t0."age" >= 40) AND (t0."age" <= 69)) AND (t0."centre" IN ('a', 'o''b'))) AND (NOT (t0."smoker" = TRUE))
), numbered AS (
SELECT k0, k1, row_number() OVER (ORDER BY k0 NULLS LAST, k1 NULLS LAST) - 1 AS cell
FROM (SELECT DISTINCT k0, k1 FROM people) AS cells
)
SELECT people.person, numbered.cell FROM people JOIN numbered ON people.k0 IS NOT DISTINCT FROM numbered.k0 AND people.k1 IS NOT DISTINCT FROM numbered.k1;
