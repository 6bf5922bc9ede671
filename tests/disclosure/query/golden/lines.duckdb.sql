WITH people AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, t0."smoker" AS k0, CASE WHEN abs(CAST(t0."bmi" AS DOUBLE)) < 1e300 THEN CAST(t0."bmi" AS DOUBLE) END AS y0, CASE WHEN abs(CAST(t0."age" AS DOUBLE)) < 1e300 THEN CAST(t0."age" AS DOUBLE) END AS x0, CASE WHEN abs(CAST(t0."bmi" AS DOUBLE)) < 1e300 THEN CAST(t0."bmi" AS DOUBLE) END AS y1, CASE WHEN abs(CAST(t0."age" AS DOUBLE)) < 1e300 THEN CAST(t0."age" AS DOUBLE) END AS x1, CASE WHEN abs(CAST(t0."bmi" AS DOUBLE)) < 1e300 THEN CAST(t0."bmi" AS DOUBLE) END AS y2, CASE WHEN abs(CAST(CASE WHEN CAST(t0."age" AS DOUBLE) > 0 THEN ln(CAST(t0."age" AS DOUBLE)) END AS DOUBLE)) < 1e300 THEN CAST(CASE WHEN CAST(t0."age" AS DOUBLE) > 0 THEN ln(CAST(t0."age" AS DOUBLE)) END AS DOUBLE) END AS x2
FROM "participants" AS t0
)
SELECT k0, count(*) AS people, bit_xor(record_key) AS group_key, count(CASE WHEN y0 IS NOT NULL AND x0 IS NOT NULL THEN 1 END) AS m0_people, bit_xor(CASE WHEN y0 IS NOT NULL AND x0 IS NOT NULL THEN record_key END) AS m0_key, regr_avgx(y0, x0) AS m0_mean_x, regr_avgy(y0, x0) AS m0_mean_y, regr_sxx(y0, x0) AS m0_sxx, regr_syy(y0, x0) AS m0_syy, regr_sxy(y0, x0) AS m0_sxy, count(CASE WHEN y1 IS NOT NULL AND x1 IS NOT NULL THEN 1 END) AS m1_people, bit_xor(CASE WHEN y1 IS NOT NULL AND x1 IS NOT NULL THEN record_key END) AS m1_key, regr_avgx(y1, x1) AS m1_mean_x, regr_avgy(y1, x1) AS m1_mean_y, regr_sxx(y1, x1) AS m1_sxx, regr_syy(y1, x1) AS m1_syy, regr_sxy(y1, x1) AS m1_sxy, count(CASE WHEN y2 IS NOT NULL AND x2 IS NOT NULL THEN 1 END) AS m2_people, bit_xor(CASE WHEN y2 IS NOT NULL AND x2 IS NOT NULL THEN record_key END) AS m2_key, regr_avgx(y2, x2) AS m2_mean_x, regr_avgy(y2, x2) AS m2_mean_y, regr_sxx(y2, x2) AS m2_sxx, regr_syy(y2, x2) AS m2_syy, regr_sxy(y2, x2) AS m2_sxy
FROM people
GROUP BY k0
ORDER BY k0 NULLS LAST;

WITH people AS (
SELECT t0."person" AS person, t0."record_key" AS record_key, t0."smoker" AS k0
FROM "participants" AS t0
), numbered AS (
SELECT k0, row_number() OVER (ORDER BY k0 NULLS LAST) - 1 AS cell
FROM (SELECT DISTINCT k0 FROM people) AS cells
)
SELECT people.person, numbered.cell FROM people JOIN numbered ON people.k0 IS NOT DISTINCT FROM numbered.k0;
