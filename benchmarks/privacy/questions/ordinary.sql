-- # ordinary questions of a cohort paper

-- How many participants are there?
SELECT COUNT(*) FROM participants;

-- How many men and women?
SELECT p31 AS sex, COUNT(*) AS n FROM participants GROUP BY p31;

-- How many have a body mass index?
SELECT COUNT(*) AS n, COUNT(p21001_i0) AS with_bmi, COUNT(*) - COUNT(p21001_i0) AS missing_bmi FROM participants;

-- Mean and standard deviation of age and BMI by sex
SELECT p31, AVG(p21022) AS mean_age, STDDEV(p21022) AS sd_age, AVG(p21001_i0) AS mean_bmi, STDDEV(p21001_i0) AS sd_bmi
FROM participants
GROUP BY p31
ORDER BY p31;

-- Median and quartiles of triglycerides
SELECT QUANTILE_CONT(p30870_i0, [0.25, 0.5, 0.75]) AS trig FROM participants;

-- Age groups by sex
SELECT CASE WHEN p21022 < 50 THEN '<50' WHEN p21022 < 60 THEN '50-59' ELSE '60+' END AS age_group, p31, COUNT(*)
FROM participants
GROUP BY age_group, p31
ORDER BY 1, 2;

-- Percentage of current smokers in each age group
SELECT FLOOR(p21022 / 10) * 10 AS age_band,
       100.0 * SUM(CASE WHEN p20116_i0 = 2 THEN 1 ELSE 0 END) / COUNT(*) AS pct_smokers
FROM participants
WHERE p20116_i0 IN (0, 1, 2)
GROUP BY 1
ORDER BY 1;

-- Table 1 by BMI category
WITH base AS (
  SELECT *, CASE WHEN p21001_i0 < 18.5 THEN 'underweight'
                 WHEN p21001_i0 < 25 THEN 'normal'
                 WHEN p21001_i0 < 30 THEN 'overweight'
                 ELSE 'obese' END AS bmi_cat
  FROM participants
  WHERE p21001_i0 IS NOT NULL
)
SELECT bmi_cat, COUNT(*) AS n, AVG(p21022) AS age, AVG(p4080_i0_a0) AS sbp, AVG(CASE WHEN p31 = 1 THEN 1.0 ELSE 0 END) AS men
FROM base
GROUP BY bmi_cat;

-- Prevalence of hypertension by measured pressure
SELECT p31, AVG(CASE WHEN p4080_i0_a0 >= 140 OR p4079_i0_a0 >= 90 THEN 1 ELSE 0 END) AS hypertension
FROM participants
GROUP BY p31;

-- Mean pulse pressure by age band
SELECT FLOOR(p21022 / 5) * 5 AS age, AVG(p4080_i0_a0 - p4079_i0_a0) AS pulse_pressure
FROM participants
GROUP BY 1;

-- Mean of the two readings of systolic pressure
SELECT AVG((p4080_i0_a0 + p4080_i0_a1) / 2) AS sbp FROM participants;

-- Waist-to-hip ratio by sex
SELECT p31, ROUND(AVG(p48_i0 / NULLIF(p49_i0, 0)), 3) AS whr, COUNT(*) AS n FROM participants GROUP BY p31;

-- People with at least one hospital episode
SELECT COUNT(DISTINCT eid) FROM hesin;

-- People ever admitted with a myocardial infarction
SELECT COUNT(DISTINCT eid) AS mi FROM hesin_diag WHERE diag_icd10 LIKE 'I21%';

-- The same, by sex
SELECT p.p31, COUNT(DISTINCT p.eid) AS mi
FROM participants p
JOIN hesin_diag d ON p.eid = d.eid
WHERE d.diag_icd10 LIKE 'I21%'
GROUP BY p.p31;

-- Prevalence of diabetes in the hospital records by BMI class
SELECT CASE WHEN p.p21001_i0 >= 30 THEN 1 ELSE 0 END AS obese,
       COUNT(DISTINCT CASE WHEN d.diag_icd10 LIKE 'E11%' THEN p.eid END) AS t2d,
       COUNT(DISTINCT p.eid) AS n
FROM participants p
LEFT JOIN hesin_diag d ON d.eid = p.eid
GROUP BY 1;

-- Deaths
SELECT COUNT(*) FROM death;

-- Deaths by calendar year
SELECT EXTRACT(YEAR FROM date_of_death) AS year, COUNT(*) AS deaths FROM death GROUP BY 1 ORDER BY 1;

-- Deaths by month
SELECT DATE_TRUNC('month', date_of_death) AS month, COUNT(DISTINCT eid) AS deaths
FROM death
GROUP BY month
ORDER BY month;

-- Deaths by sex and cause (first letter of the code)
SELECT p.p31, SUBSTR(c.cause_icd10, 1, 1) AS chapter, COUNT(DISTINCT p.eid) AS deaths
FROM participants p
JOIN death_cause c USING (eid)
WHERE c.level = 1
GROUP BY p.p31, SUBSTR(c.cause_icd10, 1, 1)
ORDER BY deaths DESC;

-- Age at death by sex
SELECT p31, AVG(p40007_i0) AS mean_age_at_death, MEDIAN(p40007_i0) AS median_age FROM participants WHERE p40007_i0 IS NOT NULL GROUP BY p31;

-- Crude mortality per 1,000 by smoking
SELECT p20116_i0 AS smoking, COUNT(*) AS n, COUNT(p40000_i0) AS deaths, 1000.0 * COUNT(p40000_i0) / COUNT(*) AS per_1000
FROM participants
GROUP BY p20116_i0
HAVING COUNT(*) >= 100;

-- Follow-up in person-years to death or the end of follow-up
SELECT SUM(DATE_DIFF('day', p53_i0, LEAST(COALESCE(p40000_i0, DATE '2022-11-30'), DATE '2022-11-30')) / 365.25) AS person_years
FROM participants;

-- Incidence rate of death by sex per 1,000 person-years
SELECT p31,
       COUNT(p40000_i0) AS deaths,
       SUM(DATEDIFF('day', p53_i0, COALESCE(p40000_i0, DATE '2022-11-30'))) / 365.25 AS pyears,
       1000 * COUNT(p40000_i0) / (SUM(DATEDIFF('day', p53_i0, COALESCE(p40000_i0, DATE '2022-11-30'))) / 365.25) AS rate
FROM participants
GROUP BY p31;

-- Median follow-up in years
SELECT MEDIAN(DATE_DIFF('day', p53_i0, COALESCE(p40000_i0, p191, DATE '2022-11-30')) / 365.25) AS years FROM participants;

-- Recruitment by assessment centre
SELECT p54_i0 AS centre, COUNT(*) AS n FROM participants GROUP BY p54_i0 ORDER BY n DESC;

-- The five largest centres
SELECT p54_i0, COUNT(*) AS n FROM participants GROUP BY p54_i0 ORDER BY COUNT(*) DESC LIMIT 5;

-- Recruitment by quarter
SELECT DATE_TRUNC('quarter', p53_i0) AS quarter, COUNT(*) FROM participants GROUP BY ALL ORDER BY ALL;

-- Age at recruitment in completed years from month and year of birth
SELECT AVG(DATE_DIFF('month', MAKE_DATE(p34, p52, 15), p53_i0) / 12.0) AS age FROM participants;

-- Deprivation quintiles and mortality
SELECT q, COUNT(*) AS n, SUM(dead) AS deaths, 100.0 * SUM(dead) / COUNT(*) AS pct
FROM (
  SELECT NTILE(5) OVER (ORDER BY p189) AS q, CASE WHEN p40000_i0 IS NOT NULL THEN 1 ELSE 0 END AS dead
  FROM participants
  WHERE p189 IS NOT NULL
) t
GROUP BY q
ORDER BY q;

-- Deciles of LDL cholesterol: mean and number
WITH d AS (
  SELECT p30780_i0 AS ldl, NTILE(10) OVER (ORDER BY p30780_i0) AS decile FROM participants WHERE p30780_i0 IS NOT NULL
)
SELECT decile, COUNT(*) AS n, AVG(ldl) AS mean_ldl FROM d GROUP BY decile ORDER BY decile;

-- Pearson correlation of BMI and waist
SELECT CORR(p21001_i0, p48_i0) FROM participants;

-- Regression of systolic pressure on age, by sex
SELECT p31, REGR_SLOPE(p4080_i0_a0, p21022) AS slope, REGR_INTERCEPT(p4080_i0_a0, p21022) AS intercept, REGR_R2(p4080_i0_a0, p21022) AS r2
FROM participants
GROUP BY p31;

-- Participants without cardiovascular disease at baseline
SELECT COUNT(*)
FROM participants p
WHERE NOT EXISTS (
  SELECT 1 FROM hesin_diag d JOIN hesin h ON h.eid = d.eid AND h.ins_index = d.ins_index
  WHERE d.eid = p.eid AND d.diag_icd10 LIKE 'I2%' AND h.epistart < p.p53_i0
);

-- Participants never admitted to hospital
SELECT COUNT(*) FROM participants WHERE eid NOT IN (SELECT eid FROM hesin);

-- Participants with a statin prescription
SELECT COUNT(*) FROM participants WHERE eid IN (SELECT eid FROM gp_scripts WHERE LOWER(drug_name) LIKE '%statin%');

-- Statin use by diabetes
SELECT p.p2443_i0 AS diabetes,
       COUNT(*) AS n,
       COUNT(s.eid) AS statin
FROM participants p
LEFT JOIN (SELECT DISTINCT eid FROM gp_scripts WHERE drug_name ILIKE '%statin%') s ON s.eid = p.eid
GROUP BY p.p2443_i0;

-- Mean number of hospital episodes per participant
SELECT AVG(n) AS mean_episodes
FROM (
  SELECT p.eid, COUNT(h.eid) AS n
  FROM participants p
  LEFT JOIN hesin h ON h.eid = p.eid
  GROUP BY p.eid
) t;

-- Distribution of the number of prescriptions
WITH n AS (SELECT eid, COUNT(*) AS scripts FROM gp_scripts GROUP BY eid)
SELECT CASE WHEN scripts < 10 THEN '1-9' WHEN scripts < 50 THEN '10-49' ELSE '50+' END AS scripts, COUNT(*) AS people
FROM n
GROUP BY 1;

-- Time from recruitment to first infarction among those who had one
WITH first_mi AS (
  SELECT d.eid, MIN(h.epistart) AS mi_date
  FROM hesin_diag d
  JOIN hesin h ON d.eid = h.eid AND d.ins_index = h.ins_index
  WHERE d.diag_icd10 LIKE 'I21%'
  GROUP BY d.eid
)
SELECT AVG(DATE_DIFF('day', p.p53_i0, m.mi_date)) / 365.25 AS years
FROM participants p
JOIN first_mi m ON m.eid = p.eid
WHERE m.mi_date > p.p53_i0;

-- Incident against prevalent cases of any admission with asthma
WITH asthma AS (SELECT eid, MIN(event_dt) AS first_dt FROM gp_clinical WHERE read_2 LIKE 'H33%' GROUP BY eid)
SELECT CASE WHEN a.first_dt IS NULL THEN 'none' WHEN a.first_dt <= p.p53_i0 THEN 'prevalent' ELSE 'incident' END AS asthma, COUNT(*) AS n
FROM participants AS p
LEFT JOIN asthma AS a USING (eid)
GROUP BY 1;

-- Participants followed for at least five years
SELECT COUNT(*) FROM participants WHERE p53_i0 + INTERVAL 5 YEAR <= DATE '2022-11-30';

-- Deaths within five years of recruitment
SELECT COUNT(*) AS deaths_5y FROM participants WHERE p40000_i0 <= p53_i0 + INTERVAL '5' YEAR;

-- Excluding the first two years of follow-up
SELECT p31, COUNT(*) FROM participants WHERE p40000_i0 IS NULL OR p40000_i0 > p53_i0 + INTERVAL 2 YEARS GROUP BY p31;

-- Kaplan-Meier inputs: deaths and censorings by year of follow-up
SELECT DATE_DIFF('year', p53_i0, COALESCE(p40000_i0, DATE '2022-11-30')) AS year,
       SUM(CASE WHEN p40000_i0 IS NOT NULL THEN 1 ELSE 0 END) AS deaths,
       SUM(CASE WHEN p40000_i0 IS NULL THEN 1 ELSE 0 END) AS censored
FROM participants
GROUP BY 1
ORDER BY 1;

-- Complete-case number
SELECT COUNT(*) FROM participants
WHERE p21001_i0 IS NOT NULL AND p4080_i0_a0 IS NOT NULL AND p20116_i0 >= 0 AND p1558_i0 >= 0 AND p189 IS NOT NULL;

-- Missingness of five covariates
SELECT AVG(CASE WHEN p21001_i0 IS NULL THEN 1.0 ELSE 0.0 END) AS bmi,
       AVG((p4080_i0_a0 IS NULL)::INT) AS sbp,
       AVG(CAST(p30690_i0 IS NULL AS INTEGER)) AS chol,
       COUNT(*) FILTER (WHERE p20116_i0 IS NULL OR p20116_i0 < 0) * 1.0 / COUNT(*) AS smoking,
       100 * (1 - COUNT(p189) / COUNT(*)) AS townsend
FROM participants;

-- Exclusion flow chart
SELECT 'all' AS step, COUNT(*) AS n FROM participants
UNION ALL
SELECT 'BMI measured', COUNT(*) FROM participants WHERE p21001_i0 IS NOT NULL
UNION ALL
SELECT 'no prevalent diabetes', COUNT(*) FROM participants WHERE p21001_i0 IS NOT NULL AND p2443_i0 = 0;

-- Counts by sex with a total
SELECT p31, COUNT(*) AS n FROM participants GROUP BY ROLLUP (p31);

-- Counts by sex and smoking with both margins
SELECT p31, p20116_i0, COUNT(*) AS n FROM participants GROUP BY CUBE (p31, p20116_i0);

-- Two one-way tables in one
SELECT p31, p20116_i0, COUNT(*) AS n FROM participants GROUP BY GROUPING SETS ((p31), (p20116_i0));

-- Ethnic group, smaller groups left out
SELECT p21000_i0 AS ethnicity, COUNT(*) AS n FROM participants GROUP BY ethnicity HAVING n >= 50 ORDER BY n DESC;

-- Means of standardised grip strength by sex
SELECT p31, AVG(GREATEST(p46_i0, p47_i0)) AS grip, STDDEV_SAMP(GREATEST(p46_i0, p47_i0)) AS sd FROM participants GROUP BY p31;

-- Log-transformed CRP
SELECT p31, AVG(LN(p30710_i0)) AS mean_ln_crp, EXP(AVG(LN(p30710_i0))) AS geometric_mean FROM participants WHERE p30710_i0 > 0 GROUP BY p31;

-- 5th and 95th percentile of BMI
SELECT PERCENTILE_CONT(0.05) WITHIN GROUP (ORDER BY p21001_i0) AS p5, PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY p21001_i0) AS p95
FROM participants;

-- Sensitivity analysis with extreme BMI left out
SELECT p31, COUNT(*), AVG(p4080_i0_a0) FROM participants WHERE p21001_i0 BETWEEN 15 AND 60 GROUP BY p31;

-- Risk ratio of death for smokers against never smokers
SELECT (COUNT(*) FILTER (WHERE p20116_i0 = 2 AND p40000_i0 IS NOT NULL) * 1.0 / COUNT(*) FILTER (WHERE p20116_i0 = 2))
     / (COUNT(*) FILTER (WHERE p20116_i0 = 0 AND p40000_i0 IS NOT NULL) * 1.0 / COUNT(*) FILTER (WHERE p20116_i0 = 0)) AS risk_ratio
FROM participants;

-- Difference in mean systolic pressure between the sexes
SELECT AVG(CASE WHEN p31 = 1 THEN p4080_i0_a0 END) - AVG(CASE WHEN p31 = 0 THEN p4080_i0_a0 END) AS difference FROM participants;

-- Most frequent three-character diagnoses
SELECT LEFT(diag_icd10, 3) AS icd, COUNT(DISTINCT eid) AS people
FROM hesin_diag
GROUP BY icd
ORDER BY people DESC
LIMIT 20;

-- Admissions by year and sex
SELECT YEAR(h.epistart) AS yr, p.p31 AS sex, COUNT(*) AS episodes
FROM hesin h
INNER JOIN participants p ON p.eid = h.eid
GROUP BY YEAR(h.epistart), p.p31
ORDER BY yr, sex;

-- Positive tests for SARS-CoV-2 by age
SELECT CASE WHEN p.p34 < 1945 THEN 'born before 1945' ELSE 'born 1945 or later' END AS born, COUNT(DISTINCT c.eid) AS positives
FROM covid19_result c
JOIN participants p ON c.eid = p.eid
WHERE c.result = 1 AND c.specdate >= '2020-03-01'
GROUP BY 1;

-- Hip replacements by age group and sex
SELECT p.p31, CASE WHEN p.p21022 >= 60 THEN '60+' ELSE '<60' END AS age, COUNT(DISTINCT p.eid) AS replaced
FROM participants p
WHERE EXISTS (SELECT 1 FROM hesin_oper o WHERE o.eid = p.eid AND (o.oper4 LIKE 'W37%' OR o.oper4 LIKE 'W38%' OR o.oper4 LIKE 'W39%'))
GROUP BY 1, 2;

-- Mean change in BMI between baseline and the imaging visit
SELECT AVG(p21001_i2 - p21001_i0) AS delta, STDDEV(p21001_i2 - p21001_i0) AS sd, COUNT(p21001_i2 - p21001_i0) AS n FROM participants;

-- Alcohol by smoking, cells of at least 20
SELECT p1558_i0, p20116_i0, COUNT(*) AS n
FROM participants
WHERE p1558_i0 <> -3 AND p20116_i0 <> -3
GROUP BY p1558_i0, p20116_i0
HAVING COUNT(*) > 20;

-- Estimated glomerular filtration rate under 60, women
SELECT COUNT(*) AS ckd
FROM participants
WHERE p31 = 0
  AND 144 * POWER(LEAST(p30700_i0 / 88.4 / 0.7, 1), -0.329) * POWER(GREATEST(p30700_i0 / 88.4 / 0.7, 1), -1.209) * POWER(0.993, p21022) < 60;

-- Linked to primary care
SELECT COUNT(DISTINCT p.eid) AS linked, COUNT(DISTINCT p.eid) * 100.0 / (SELECT COUNT(*) FROM participants) AS pct
FROM participants p
JOIN gp_registrations r ON r.eid = p.eid;
