-- # Batty et al., BMJ 2020: comparison of risk factor associations in UK Biobank against representative studies

-- Deaths from cardiovascular disease, cancer and suicide, with follow-up
SELECT COUNT(CASE WHEN p40001_i0 LIKE 'I%' THEN 1 END) AS cvd, COUNT(CASE WHEN p40001_i0 LIKE 'C%' THEN 1 END) AS cancer,
       COUNT(CASE WHEN p40001_i0 >= 'X60' AND p40001_i0 < 'X85' THEN 1 END) AS suicide,
       SUM(COALESCE(p40000_i0, DATE '2016-02-01') - p53_i0) / 365.25 AS years
FROM participants;

-- Standardised risk factors: mean and SD, by sex
SELECT p31 AS sex, ROUND(AVG(p4080_i0_a0), 1) AS sbp, ROUND(STDDEV(p4080_i0_a0), 1) AS sbp_sd, ROUND(AVG(p50_i0), 1) AS height, ROUND(STDDEV(p50_i0), 1) AS height_sd
FROM participants GROUP BY 1;

-- Rate of cardiovascular death by education
SELECT CASE WHEN p6138_i0 IN (1, 6) THEN 'degree' WHEN p6138_i0 = -7 THEN 'none' ELSE 'some' END AS education,
       COUNT(*) AS n, COUNT(*) FILTER (WHERE p40001_i0 LIKE 'I%') AS deaths,
       ROUND(1e5 * COUNT(*) FILTER (WHERE p40001_i0 LIKE 'I%') / SUM(DATE_DIFF('day', p53_i0, COALESCE(p40000_i0, '2016-02-01')) / 365.25), 1) AS rate
FROM participants
WHERE p6138_i0 <> -3
GROUP BY education
ORDER BY rate DESC;

-- Leaving out those with cardiovascular disease or cancer at the start
SELECT COUNT(*)
FROM participants
WHERE p6150_i0 NOT IN (1, 2, 3) AND p2453_i0 = 0;

-- Complete data on every covariate
SELECT SUM(CASE WHEN p31 IS NULL OR p21001_i0 IS NULL OR p20116_i0 IS NULL OR p4080_i0_a0 IS NULL THEN 0 ELSE 1 END) AS complete, COUNT(*) AS everybody FROM participants;

-- # Bycroft et al., Nature 2018: the UK Biobank resource

-- Genotyped participants by self-reported ethnic background
SELECT p21000_i0, COUNT(*) AS n, SUM(p22020) AS used_in_pca FROM participants WHERE p22001 IS NOT NULL GROUP BY p21000_i0;

-- Discordance of reported and genetic sex
SELECT p31, p22001, COUNT(*) FROM participants WHERE p22001 IS NOT NULL GROUP BY p31, p22001;

-- Standing height by birth decade
SELECT 10 * (p34 // 10) AS decade, AVG(p50_i0) AS mean, STDDEV_POP(p50_i0) AS sd FROM participants GROUP BY 1 ORDER BY 1;

-- # Sudlow et al., PLoS Medicine 2015: UK Biobank, an open access resource

-- Prevalent and incident cases of six diseases
WITH dx AS (
  SELECT d.eid, MIN(CASE WHEN d.diag_icd10 LIKE 'E1%' THEN h.epistart END) AS diabetes, MIN(CASE WHEN d.diag_icd10 LIKE 'I21%' THEN h.epistart END) AS mi,
         MIN(CASE WHEN d.diag_icd10 LIKE 'I6%' THEN h.epistart END) AS stroke
  FROM hesin_diag d JOIN hesin h USING (eid, ins_index)
  GROUP BY d.eid
)
SELECT COUNT(*) FILTER (WHERE diabetes <= p53_i0) AS diabetes_before, COUNT(*) FILTER (WHERE diabetes > p53_i0) AS diabetes_after,
       COUNT(*) FILTER (WHERE mi <= p53_i0) AS mi_before, COUNT(*) FILTER (WHERE mi > p53_i0) AS mi_after,
       COUNT(*) FILTER (WHERE stroke <= p53_i0) AS stroke_before, COUNT(*) FILTER (WHERE stroke > p53_i0) AS stroke_after
FROM participants LEFT JOIN dx USING (eid);

-- Recruitment per month and centre
SELECT strftime(p53_i0, '%Y-%m') AS month, p54_i0 AS centre, COUNT(*) AS recruited FROM participants GROUP BY month, centre ORDER BY month;

-- Expected cases: those aged 40 to 69 at recruitment who reach 75 by 2027
SELECT COUNT(*) FROM participants WHERE p34 + 75 <= 2027;

-- # Sattar et al., Circulation 2019: age at diagnosis of type 2 diabetes and mortality

-- Cases by age at diagnosis
SELECT CASE WHEN p2976_i0 <= 40 THEN '<=40' WHEN p2976_i0 <= 50 THEN '41-50' WHEN p2976_i0 <= 60 THEN '51-60' ELSE '>60' END AS at_diagnosis,
       COUNT(*) AS n, AVG(p30750_i0) AS hba1c, AVG(p21022 - p2976_i0) AS duration, MEDIAN(p21022 - p2976_i0) AS median_duration
FROM participants
WHERE p2443_i0 = 1 AND p2976_i0 > 0
GROUP BY at_diagnosis
HAVING COUNT(*) >= 50;

-- Duration in thirds and deaths
SELECT NTILE(3) OVER (ORDER BY p21022 - p2976_i0) AS third, COUNT(*) AS n, COUNT(p40000_i0) AS deaths
FROM participants WHERE p2443_i0 = 1 AND p2976_i0 > 0 GROUP BY third;

-- First admission with heart failure after recruitment, per 1,000 person-years
SELECT p.p2443_i0 AS diabetes, COUNT(hf.d) AS cases,
       COUNT(hf.d) / SUM(DATE_DIFF('day', p.p53_i0, COALESCE(hf.d, p.p40000_i0, DATE '2022-11-30'))) * 365.25 * 1000 AS rate
FROM participants p
LEFT JOIN (
  SELECT h.eid, MIN(h.epistart) AS d FROM hesin h JOIN participants q ON q.eid = h.eid
  WHERE h.diag_main LIKE 'I50%' AND h.epistart > q.p53_i0 GROUP BY h.eid
) hf ON hf.eid = p.eid
GROUP BY p.p2443_i0;

-- Controls matched roughly: same age band and sex without diabetes
SELECT p31, p21022 - p21022 % 5 AS age, SUM(IF(p2443_i0 = 1, 1, 0)) AS cases, SUM(IF(p2443_i0 = 0, 1, 0)) AS controls FROM participants GROUP BY 1, 2;

-- # Honigberg et al., JAMA 2019: premature menopause and cardiovascular disease

-- Women by menopause: natural premature, surgical premature, neither
SELECT CASE WHEN p3581_i0 < 40 AND p2834_i0 IS NULL THEN 'natural premature' WHEN p2834_i0 = 1 AND p3882_i0 < 40 THEN 'surgical premature' ELSE 'neither' END AS menopause,
       COUNT(*) AS women, AVG(p21022) AS age, AVG(p30780_i0) AS ldl
FROM participants
WHERE p31 = 0 AND p2724_i0 = 1
GROUP BY menopause;

-- Composite of first events
SELECT COUNT(*) AS events
FROM participants
WHERE p31 = 0 AND LEAST(COALESCE(p42000_i0, DATE '2099-01-01'), COALESCE(p42006_i0, DATE '2099-01-01'), COALESCE(p131306, DATE '2099-01-01')) BETWEEN p53_i0 AND DATE '2016-08-31';

-- Hormone therapy by age at menopause
SELECT p2814_i0 AS hrt, FLOOR(p3581_i0 / 5) * 5 AS age_at_menopause, COUNT(*) AS n FROM participants WHERE p3581_i0 BETWEEN 30 AND 60 GROUP BY ALL;

-- Events in those with an operation on the ovaries
SELECT COUNT(DISTINCT o.eid) FROM hesin_oper o JOIN hesin_diag d ON d.eid = o.eid WHERE o.oper4 SIMILAR TO 'Q2[23].*' AND d.diag_icd10 LIKE 'I25%';

-- # Zhou et al., Lancet Regional Health 2021: deprivation and hospital admissions

-- Admissions per person by deprivation fifth
WITH a AS (SELECT eid, COUNT(*) AS n, SUM(DATE_DIFF('day', admidate, disdate)) AS days FROM hesin GROUP BY eid),
     p AS (SELECT eid, NTILE(5) OVER (ORDER BY p189) AS q FROM participants WHERE p189 IS NOT NULL)
SELECT p.q, AVG(COALESCE(a.n, 0)) AS admissions, AVG(COALESCE(a.days, 0)) AS days, COUNT(a.eid) * 100.0 / COUNT(*) AS ever
FROM p LEFT JOIN a ON a.eid = p.eid
GROUP BY p.q ORDER BY p.q;

-- Emergency readmissions within 30 days
SELECT COUNT(DISTINCT a.eid)
FROM hesin a JOIN hesin b ON a.eid = b.eid AND b.admidate > a.disdate AND b.admidate <= a.disdate + 30
WHERE b.admimeth LIKE '2%';

-- Admitted three or more times in a year
SELECT COUNT(*) FROM (SELECT eid, YEAR(admidate) AS y, COUNT(*) AS n FROM hesin GROUP BY eid, YEAR(admidate) HAVING COUNT(*) >= 3) t;

-- Share of all admissions by month
SELECT MONTH(admidate) AS month, COUNT(*) AS n, 100.0 * COUNT(*) / SUM(COUNT(*)) OVER () AS pct FROM hesin GROUP BY 1 ORDER BY 1;

-- # Elliott et al., JAMA 2020: polygenic score and conventional risk factors for coronary disease

-- Prevalent and incident disease by tenth of score
SELECT d AS tenth, COUNT(*) AS n, SUM(prev) AS prevalent, SUM(inc) AS incident
FROM (SELECT NTILE(10) OVER (ORDER BY p26227) AS d, CASE WHEN p42000_i0 <= p53_i0 THEN 1 ELSE 0 END AS prev, CASE WHEN p42000_i0 > p53_i0 THEN 1 ELSE 0 END AS inc FROM participants) s
GROUP BY 1 ORDER BY 1;

-- Top five per cent against the middle
SELECT CASE WHEN v = 20 THEN 'top 5 %' WHEN v BETWEEN 9 AND 12 THEN 'middle' END AS part, COUNT(*) AS n, AVG(event) AS risk
FROM (SELECT NTILE(20) OVER (ORDER BY p26227) AS v, (p42000_i0 IS NOT NULL)::INT AS event FROM participants WHERE p26227 IS NOT NULL) x
WHERE v = 20 OR v BETWEEN 9 AND 12
GROUP BY 1;

-- Statin users by prescriptions or by interview
SELECT COUNT(*) AS users
FROM participants p
WHERE p6177_i0 = 1 OR EXISTS (SELECT 1 FROM gp_scripts g WHERE g.eid = p.eid AND regexp_matches(lower(g.drug_name), 'statin'));

-- Ten-year risk groups
SELECT CASE WHEN risk < 0.05 THEN 'low' WHEN risk < 0.075 THEN 'borderline' WHEN risk < 0.2 THEN 'intermediate' ELSE 'high' END AS risk_group, COUNT(*) AS n
FROM (SELECT 1 / (1 + EXP(-(-9 + 0.08 * p21022 + 0.01 * p4080_i0_a0 + 0.5 * (p20116_i0 = 2)::INT))) AS risk FROM participants) r
GROUP BY risk_group;

-- Mean and 95 % confidence limits of LDL cholesterol
SELECT p31, AVG(p30780_i0) AS mean, AVG(p30780_i0) - 1.96 * SEM(p30780_i0) AS lower, AVG(p30780_i0) + 1.96 * SEM(p30780_i0) AS upper FROM participants GROUP BY p31;

-- Lipids at both visits
SELECT COUNT(*) FILTER (WHERE p30780_i0 IS NOT NULL AND p30780_i1 IS NOT NULL) AS both, CORR(p30780_i0, p30780_i1) AS r, AVG(p30780_i1) - AVG(p30780_i0) AS change FROM participants;

-- Men and women, each as a percentage of those with the disease
SELECT 'cases' AS grp, p31, COUNT(*) AS n FROM participants WHERE p42000_i0 IS NOT NULL GROUP BY p31
UNION ALL
SELECT 'others', p31, COUNT(*) FROM participants WHERE p42000_i0 IS NULL GROUP BY p31
ORDER BY 1, 2;
