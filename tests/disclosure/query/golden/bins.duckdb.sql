WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark, t0."sex" AS k0, (CAST(floor((CAST(t0."age" AS DOUBLE) / 1.00000000000000000e+01)) AS DOUBLE) * 1.00000000000000000e+01) AS k1, t0."bmi" AS x0, t0."bmi" AS x1, t0."age" AS x2
FROM "participants" AS t0
WHERE (t0."age" >= 40) AND (t0."age" <= 69) AND (t0."centre" IN ('a', 'o''b')) AND (NOT (t0."smoker" = TRUE))
), valued AS (
SELECT k0, k1, person_mark, TRY_CAST((abs(x0 - 0.00000000000000000e+00) - abs(x0 - 2.00000000000000000e+02)) * 1.07374182300000004e+07 AS INTEGER) AS x0, TRY_CAST((abs(x1 - 0.00000000000000000e+00) - abs(x1 - 2.00000000000000000e+02)) * 1.07374182300000004e+07 AS INTEGER) AS x1, TRY_CAST((abs(x2 - 0.00000000000000000e+00) - abs(x2 - 2.00000000000000000e+02)) * 1.07374182300000004e+07 AS INTEGER) AS x2
FROM people
), groups AS (
SELECT k0, k1, count(*) AS people, bit_xor(person_mark) AS person_mark, count(x0) AS m0_n, CAST(coalesce(sum(x0), 0) AS BIGINT) AS m0_x, count(x1) AS m1_n, CAST(coalesce(sum(x1), 0) AS BIGINT) AS m1_x, CAST(floor(CAST(coalesce(sum(CAST(x1 AS BIGINT) * x1), 0) AS DOUBLE) / 2147483648 * 2) AS BIGINT) - count(x1) * 2147483648 AS m1_xx, count(x2) AS m2_n, CAST(coalesce(sum(x2), 0) AS BIGINT) AS m2_x
FROM valued
GROUP BY k0, k1
), cleaned AS (
SELECT CASE WHEN k0 BETWEEN -1.00000000000000003e+280 AND 1.00000000000000003e+280 THEN k0 + 0 END AS k0, CASE WHEN k1 BETWEEN -1.00000000000000003e+280 AND 1.00000000000000003e+280 THEN k1 + 0 END AS k1, people, person_mark, m0_n, m0_x, m1_n, m1_x, m1_xx, m2_n, m2_x
FROM groups
)
SELECT k0, k1, CAST(sum(people) AS BIGINT) AS people, bit_xor(person_mark) AS person_mark, CAST(sum(m0_n) AS BIGINT) AS m0_n, CAST(sum(m0_x) AS BIGINT) AS m0_x, CAST(sum(m1_n) AS BIGINT) AS m1_n, CAST(sum(m1_x) AS BIGINT) AS m1_x, CAST(sum(m1_xx) AS BIGINT) AS m1_xx, CAST(sum(m2_n) AS BIGINT) AS m2_n, CAST(sum(m2_x) AS BIGINT) AS m2_x
FROM cleaned
GROUP BY k0, k1
ORDER BY k0 NULLS LAST, k1 NULLS LAST;
