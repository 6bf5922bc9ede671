-- # Fry et al., American Journal of Epidemiology 2017: UK Biobank participants compared with the general population

-- Participants by five-year age group and sex
SELECT CASE WHEN p21022 BETWEEN 40 AND 44 THEN '40-44' WHEN p21022 BETWEEN 45 AND 49 THEN '45-49'
            WHEN p21022 BETWEEN 50 AND 54 THEN '50-54' WHEN p21022 BETWEEN 55 AND 59 THEN '55-59'
            WHEN p21022 BETWEEN 60 AND 64 THEN '60-64' WHEN p21022 BETWEEN 65 AND 69 THEN '65-69' END AS age_group,
       p31 AS sex, COUNT(*) AS n
FROM participants
WHERE p21022 BETWEEN 40 AND 69
GROUP BY 1, 2
ORDER BY 1, 2;

-- Fifths of the deprivation index with their limits
SELECT QUANTILE_CONT(p189, [0.2, 0.4, 0.6, 0.8]) AS townsend FROM participants;

-- Ethnic background in broad groups
SELECT CASE CAST(p21000_i0 / 1000 AS INT) WHEN 1 THEN 'White' WHEN 2 THEN 'Mixed' WHEN 3 THEN 'Asian' WHEN 4 THEN 'Black' ELSE 'Other' END AS ethnic, COUNT(*) AS n
FROM participants
WHERE p21000_i0 > 0
GROUP BY ethnic;

-- Mean height, weight, BMI and waist by sex and age group
SELECT p31 AS sex,
       CASE WHEN p21022 < 45 THEN 40 WHEN p21022 < 50 THEN 45 WHEN p21022 < 55 THEN 50 WHEN p21022 < 60 THEN 55 WHEN p21022 < 65 THEN 60 ELSE 65 END AS age,
       AVG(p50_i0) AS height, AVG(p21002_i0) AS weight, AVG(p21001_i0) AS bmi, AVG(p48_i0) AS waist
FROM participants
GROUP BY sex, age;

-- Obesity prevalence in those aged 45-54 and 55-64
SELECT p31, p21022 >= 55 AS older, ROUND(100 * AVG((p21001_i0 >= 30)::INT), 1) AS obese_pct
FROM participants
WHERE p21022 BETWEEN 45 AND 64
GROUP BY p31, p21022 >= 55;

-- Smoking status by sex
SELECT p31, p20116_i0, COUNT(*) AS n FROM participants WHERE p20116_i0 IS NOT NULL AND p20116_i0 != -3 GROUP BY p31, p20116_i0;

-- Drinking daily or almost daily
SELECT p31, SUM(CASE WHEN p1558_i0 = 1 THEN 1 ELSE 0 END) * 100.0 / COUNT(p1558_i0) AS daily FROM participants GROUP BY p31;

-- All-cause mortality rates per 100,000 by age at recruitment
SELECT FLOOR(p21022 / 5) * 5 AS age,
       100000 * COUNT(p40000_i0) / SUM(DATE_DIFF('day', p53_i0, COALESCE(p40000_i0, DATE '2015-12-31')) / 365.25) AS rate
FROM participants
WHERE p40000_i0 IS NULL OR p40000_i0 <= '2015-12-31'
GROUP BY 1
ORDER BY 1;

-- Self-reported conditions against age and sex
SELECT p31, p21022, COUNT(*) FILTER (WHERE p2443_i0 = 1) AS diabetes, COUNT(*) AS n FROM participants GROUP BY p31, p21022;

-- Cancer deaths and circulatory deaths
SELECT CASE WHEN cause_icd10 BETWEEN 'C00' AND 'C979' THEN 'cancer' WHEN cause_icd10 LIKE 'I%' THEN 'circulatory' ELSE 'other' END AS cause, COUNT(DISTINCT eid) AS deaths
FROM death_cause
WHERE level = 1
GROUP BY 1;

-- # Celis-Morales et al., BMJ 2018: grip strength and health outcomes in UK Biobank

-- Mean grip strength, the average of both hands, by sex and age
SELECT p31, CASE WHEN p21022 <= 56 THEN '<=56' ELSE '>56' END AS age, AVG((p46_i0 + p47_i0) / 2.0) AS grip, STDDEV((p46_i0 + p47_i0) / 2.0) AS sd
FROM participants
GROUP BY p31, age;

-- Age- and sex-specific quarters of grip strength among men: number and deaths
WITH men AS (
  SELECT NTILE(4) OVER (ORDER BY (p46_i0 + p47_i0) / 2.0) AS quarter, p40000_i0 AS died
  FROM participants
  WHERE p31 = 1 AND p46_i0 IS NOT NULL AND p47_i0 IS NOT NULL
)
SELECT quarter, COUNT(*) AS n, COUNT(died) AS deaths FROM men GROUP BY quarter ORDER BY quarter;

-- Baseline characteristics by quarter of grip strength
SELECT NTILE(4) OVER (ORDER BY p46_i0 + p47_i0) AS quarter, AVG(p21022) AS age, AVG(p21001_i0) AS bmi, AVG(p48_i0) AS waist,
       AVG(p4080_i0_a0) AS sbp, 100 * AVG(CASE WHEN p20116_i0 = 2 THEN 1 ELSE 0 END) AS current_smokers
FROM participants
WHERE p31 = 0
GROUP BY quarter;

-- Median follow-up and its quartiles
SELECT MEDIAN(y) AS median, QUANTILE_CONT(y, 0.25) AS q1, QUANTILE_CONT(y, 0.75) AS q3
FROM (SELECT DATE_DIFF('day', p53_i0, COALESCE(p40000_i0, DATE '2017-01-31')) / 365.25 AS y FROM participants) f;

-- Respiratory events: admission or death
SELECT COUNT(DISTINCT p.eid)
FROM participants p
WHERE p.eid IN (SELECT eid FROM hesin_diag WHERE diag_icd10 >= 'J09' AND diag_icd10 < 'J99')
   OR p.eid IN (SELECT eid FROM death_cause WHERE cause_icd10 >= 'J09' AND cause_icd10 < 'J99');

-- Lung cancer cases per 5 kg of grip strength
SELECT FLOOR(p46_i0 / 5) * 5 AS grip, COUNT(*) AS n,
       COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM hesin_diag d WHERE d.eid = p.eid AND d.diag_icd10 LIKE 'C34%')) AS lung_cancer
FROM participants p
WHERE p46_i0 IS NOT NULL
GROUP BY 1
ORDER BY 1;

-- Excluding prevalent chronic disease
SELECT p31, COUNT(*) AS n
FROM participants p
LEFT JOIN (SELECT eid, MIN(epistart) AS first_admission FROM hesin GROUP BY eid) h ON h.eid = p.eid
WHERE h.first_admission IS NULL OR h.first_admission > p.p53_i0
GROUP BY p31;

-- Two-year landmark
SELECT COUNT(*) AS n, COUNT(p40000_i0) AS deaths
FROM participants
WHERE (p40000_i0 IS NULL OR DATE_DIFF('day', p53_i0, p40000_i0) > 730);

-- Grip relative to weight
SELECT p31, AVG(p46_i0 / p21002_i0) AS relative_grip, CORR(p46_i0, p21002_i0) AS r FROM participants WHERE p21002_i0 > 0 GROUP BY p31;

-- Missing covariates
SELECT SUM(CASE WHEN p46_i0 IS NULL OR p47_i0 IS NULL THEN 1 ELSE 0 END) AS no_grip, SUM((p189 IS NULL)::INT) AS no_townsend, COUNT_IF(p1070_i0 < 0) AS tv_unknown FROM participants;

-- # Said, Verweij and van der Harst, JAMA Cardiology 2018: combined genetic and lifestyle risk of cardiovascular disease

-- Lifestyle score of four factors
WITH l AS (
  SELECT p.*, (CASE WHEN p20116_i0 <> 2 THEN 1 ELSE 0 END
     + CASE WHEN p21001_i0 < 30 THEN 1 ELSE 0 END
     + CASE WHEN p884_i0 >= 5 OR p904_i0 >= 1 THEN 1 ELSE 0 END
     + CASE WHEN p1289_i0 + p1299_i0 >= 4 THEN 1 ELSE 0 END) AS score
  FROM participants p
)
SELECT CASE WHEN score >= 3 THEN 'ideal' WHEN score = 2 THEN 'intermediate' ELSE 'poor' END AS lifestyle, COUNT(*) AS n, AVG(p21022) AS age
FROM l
GROUP BY 1;

-- Fifths of the polygenic score
SELECT NTILE(5) OVER (ORDER BY p26223) AS pgs, COUNT(*) AS n FROM participants WHERE p26223 IS NOT NULL GROUP BY 1;

-- Incident coronary disease by genetic risk
WITH cad AS (
  SELECT d.eid, MIN(h.epistart) AS cad_date
  FROM hesin_diag d INNER JOIN hesin h ON h.eid = d.eid AND h.ins_index = d.ins_index
  WHERE d.diag_icd10 LIKE 'I20%' OR d.diag_icd10 LIKE 'I21%' OR d.diag_icd10 LIKE 'I22%' OR d.diag_icd10 LIKE 'I23%' OR d.diag_icd10 LIKE 'I24%' OR d.diag_icd10 LIKE 'I25%'
  GROUP BY d.eid
), risk AS (
  SELECT eid, p53_i0, NTILE(5) OVER (ORDER BY p26227) AS q FROM participants WHERE p26227 IS NOT NULL
)
SELECT r.q, COUNT(*) AS n, COUNT(c.cad_date) AS cases
FROM risk r
LEFT JOIN cad c ON c.eid = r.eid AND c.cad_date > r.p53_i0
GROUP BY r.q
ORDER BY r.q;

-- Hypertension from measurements, history or medication
SELECT COUNT(*) AS hypertension
FROM participants
WHERE p4080_i0_a0 >= 140 OR p4079_i0_a0 >= 90 OR p6150_i0 = 4 OR p6177_i0 = 2;

-- Atrial fibrillation cases and person-years
SELECT COUNT(af.first_af) AS cases,
       SUM(DATE_DIFF('day', p.p53_i0, LEAST(COALESCE(af.first_af, DATE '2017-03-31'), COALESCE(p.p40000_i0, DATE '2017-03-31')))) / 365.25 AS person_years
FROM participants p
LEFT JOIN (SELECT eid, MIN(epistart) AS first_af FROM hesin WHERE diag_main LIKE 'I48%' GROUP BY eid) af ON af.eid = p.eid
WHERE af.first_af IS NULL OR af.first_af > p.p53_i0;

-- Event rate by lifestyle, given as a percentage with two decimals
SELECT p20116_i0 = 2 AS smoker, ROUND(100.0 * SUM(CASE WHEN EXISTS (SELECT 1 FROM hesin_diag d WHERE d.eid = p.eid AND d.diag_icd10 LIKE 'I6%') THEN 1 ELSE 0 END) / COUNT(*), 2) AS stroke_pct
FROM participants p
GROUP BY 1;

-- Mean polygenic score in cases and others
SELECT c.eid IS NOT NULL AS is_case, AVG(p.p26227) AS mean_pgs, STDDEV(p.p26227) AS sd
FROM participants p
LEFT JOIN (SELECT DISTINCT eid FROM hesin_diag WHERE diag_icd10 LIKE 'I25%') c ON c.eid = p.eid
GROUP BY 1;

-- Only genotyped participants of white British ancestry, unrelated
SELECT COUNT(*) FROM participants WHERE p22006 = 1 AND p22020 = 1 AND p22001 = p31;

-- Genetic principal components by centre
SELECT p54_i0, AVG(p22009_a1) AS pc1, AVG(p22009_a2) AS pc2 FROM participants GROUP BY p54_i0 HAVING COUNT(p22009_a1) > 100;

-- Type 2 diabetes by BMI and activity
SELECT CASE WHEN p21001_i0 < 25 THEN '1' WHEN p21001_i0 < 30 THEN '2' ELSE '3' END bmi, CASE WHEN p22040_i0 >= 600 THEN 'active' ELSE 'inactive' END activity,
       COUNT(*) n, COUNT(DISTINCT d.eid) t2d
FROM participants p LEFT JOIN hesin_diag d ON p.eid = d.eid AND d.diag_icd10 LIKE 'E11%'
GROUP BY 1, 2;

-- # Lourida et al., JAMA 2019: healthy lifestyle, genetic risk and dementia

-- Participants aged 60 or more of European ancestry without dementia
SELECT COUNT(*)
FROM participants p
LEFT JOIN hesin_diag d ON p.eid = d.eid AND SUBSTRING(d.diag_icd10, 1, 3) IN ('F00', 'F01', 'F02', 'F03', 'G30')
WHERE p.p21022 >= 60 AND p.p22006 = 1 AND d.eid IS NULL;

-- Genetic risk in three groups: lowest fifth, middle, highest fifth
SELECT CASE WHEN g = 1 THEN 'low' WHEN g = 5 THEN 'high' ELSE 'intermediate' END AS risk, COUNT(*) AS n
FROM (SELECT NTILE(5) OVER (ORDER BY p26206) AS g FROM participants WHERE p26206 IS NOT NULL) x
GROUP BY risk;

-- Healthy diet from seven food groups
SELECT CASE WHEN (CASE WHEN p1309_i0 >= 3 THEN 1 ELSE 0 END) + (CASE WHEN p1289_i0 >= 3 THEN 1 ELSE 0 END)
             + (CASE WHEN p1329_i0 >= 2 THEN 1 ELSE 0 END) + (CASE WHEN p1349_i0 <= 1 THEN 1 ELSE 0 END) >= 2 THEN 'healthy' ELSE 'unhealthy' END AS diet,
       COUNT(*) AS n
FROM participants
WHERE p21022 >= 60
GROUP BY diet;

-- Incident dementia per 1,000 person-years by sex
WITH dementia AS (
  SELECT eid, MIN(p42018) AS dx FROM participants GROUP BY eid
)
SELECT p.p31, COUNT(d.dx) AS cases,
       1000.0 * COUNT(d.dx) / SUM(DATE_DIFF('day', p.p53_i0, LEAST(COALESCE(d.dx, '2016-02-29'), COALESCE(p.p40000_i0, '2016-02-29'))) / 365.25) AS rate
FROM participants p JOIN dementia d ON d.eid = p.eid
WHERE d.dx > p.p53_i0 OR d.dx IS NULL
GROUP BY p.p31;

-- Baseline characteristics by incident dementia
SELECT CASE WHEN p42018 IS NULL THEN 'no dementia' ELSE 'dementia' END AS grp, COUNT(*) AS n, AVG(p21022) AS age, STDDEV(p21022) AS sd_age,
       100.0 * SUM(CASE WHEN p31 = 0 THEN 1 ELSE 0 END) / COUNT(*) AS women_pct,
       100.0 * COUNT(*) FILTER (p6138_i0 = 1) / COUNT(*) AS degree_pct
FROM participants
WHERE p21022 >= 60
GROUP BY grp;

-- Education, income and deprivation
SELECT p6138_i0 AS education, p738_i0 AS income, COUNT(*) AS n FROM participants WHERE p21022 >= 60 GROUP BY 1, 2 HAVING COUNT(*) >= 10;

-- Alcohol within the recommended limit
SELECT p31, CASE WHEN p1568_i0 * 2 + p1588_i0 * 2.5 + p1578_i0 * 2 <= 14 THEN 'moderate' ELSE 'above' END AS alcohol, COUNT(*) AS n
FROM participants
GROUP BY ALL;

-- Median follow-up by lifestyle
SELECT p20116_i0, APPROX_QUANTILE(DATE_DIFF('day', p53_i0, DATE '2017-03-31'), 0.5) / 365.25 AS median_years FROM participants GROUP BY p20116_i0;

-- Ten-year cumulative risk, ignoring censoring
SELECT p31, AVG(CASE WHEN p42018 <= p53_i0 + INTERVAL '10 years' THEN 1.0 ELSE 0.0 END) AS risk10 FROM participants WHERE p42018 IS NULL OR p42018 > p53_i0 GROUP BY p31;

-- Deaths without dementia as a competing risk
SELECT p21022 / 5 AS age, COUNT(*) FILTER (WHERE p42018 IS NULL AND p40000_i0 IS NOT NULL) AS died_without FROM participants GROUP BY FLOOR(p21022 / 5), p21022 / 5;

-- # Millett, Peters and Woodward, BMJ 2018: sex differences in risk factors for myocardial infarction

-- Baseline risk factors by sex
SELECT CASE p31 WHEN 0 THEN 'women' ELSE 'men' END AS sex, COUNT(*) AS n, AVG(p21022) AS age, AVG(p4080_i0_a0) AS sbp, AVG(p4079_i0_a0) AS dbp, AVG(p21001_i0) AS bmi
FROM participants
GROUP BY sex;

-- Stages of blood pressure
SELECT p31, CASE WHEN p4080_i0_a0 < 120 AND p4079_i0_a0 < 80 THEN 0
                 WHEN p4080_i0_a0 < 130 AND p4079_i0_a0 < 80 THEN 1
                 WHEN p4080_i0_a0 < 140 OR p4079_i0_a0 < 90 THEN 2 ELSE 3 END AS stage, COUNT(*) AS n
FROM participants
WHERE p4080_i0_a0 IS NOT NULL AND p4079_i0_a0 IS NOT NULL
GROUP BY p31, stage
ORDER BY p31, stage;

-- Incident infarction per 10,000 person-years by sex
SELECT p31, COUNT(p42000_i0) AS events, 10000 * COUNT(p42000_i0) / NULLIF(SUM(DATEDIFF('day', p53_i0, LEAST(COALESCE(p42000_i0, DATE '2016-03-01'), DATE '2016-03-01')) / 365.25), 0) AS rate
FROM participants
WHERE p42000_i0 > p53_i0 OR p42000_i0 IS NULL
GROUP BY p31;

-- Rate ratio women to men
SELECT SUM(CASE WHEN p31 = 0 AND p42000_i0 IS NOT NULL THEN 1 ELSE 0 END)::DOUBLE / SUM(CASE WHEN p31 = 0 THEN 1 ELSE 0 END)
     / (SUM(CASE WHEN p31 = 1 AND p42000_i0 IS NOT NULL THEN 1 ELSE 0 END)::DOUBLE / SUM(CASE WHEN p31 = 1 THEN 1 ELSE 0 END)) AS ratio
FROM participants;

-- Smoking intensity among current smokers
SELECT p31, CASE WHEN p3456_i0 < 10 THEN '<10' WHEN p3456_i0 < 20 THEN '10-19' ELSE '20 or more' END AS cigarettes, COUNT(*) AS n
FROM participants
WHERE p20116_i0 = 2 AND p3456_i0 > 0
GROUP BY p31, cigarettes;

-- Type of diabetes by age at diagnosis
SELECT p31, COUNT(*) FILTER (WHERE p2976_i0 < 30) AS type1, COUNT(*) FILTER (WHERE p2976_i0 >= 30) AS type2 FROM participants WHERE p2443_i0 = 1 AND p2976_i0 >= 0 GROUP BY p31;

-- Systolic pressure per age decade and sex, with standard error
SELECT p31, FLOOR(p21022 / 10) AS decade, AVG(p4080_i0_a0) AS mean, STDDEV(p4080_i0_a0) / SQRT(COUNT(p4080_i0_a0)) AS se FROM participants GROUP BY p31, FLOOR(p21022 / 10);

-- Sex hormones among women: menopausal status
SELECT p2724_i0, COUNT(*) AS women, AVG(p30690_i0) AS cholesterol FROM participants WHERE p31 = 0 AND p2724_i0 IN (0, 1, 2) GROUP BY p2724_i0;

-- Fatal against non-fatal first infarctions
SELECT CASE WHEN p40000_i0 - p42000_i0 <= 28 THEN 'fatal within 28 days' ELSE 'survived' END AS outcome, COUNT(*) AS n
FROM participants
WHERE p42000_i0 IS NOT NULL
GROUP BY 1;

-- Women-to-men difference of the mean by age
SELECT p21022 AS age, AVG(p4080_i0_a0) FILTER (WHERE p31 = 0) - AVG(p4080_i0_a0) FILTER (WHERE p31 = 1) AS diff FROM participants GROUP BY p21022 ORDER BY age;

-- # Bhaskaran et al., Lancet Diabetes and Endocrinology 2018: BMI and cause-specific mortality

-- People by BMI in steps of 2.5 with deaths
SELECT FLOOR(p21001_i0 / 2.5) * 2.5 AS bmi, COUNT(*) AS n, SUM(CASE WHEN p40000_i0 IS NOT NULL THEN 1 ELSE 0 END) AS deaths
FROM participants
WHERE p21001_i0 BETWEEN 15 AND 50
GROUP BY bmi
ORDER BY bmi;

-- Deaths by cause and BMI
SELECT CASE WHEN p.p21001_i0 < 18.5 THEN 1 WHEN p.p21001_i0 < 25 THEN 2 WHEN p.p21001_i0 < 30 THEN 3 ELSE 4 END AS bmi,
       CASE WHEN dc.cause_icd10 LIKE 'C%' THEN 'neoplasms' WHEN dc.cause_icd10 LIKE 'I%' THEN 'circulatory' WHEN dc.cause_icd10 LIKE 'J%' THEN 'respiratory' ELSE 'other' END AS cause,
       COUNT(DISTINCT p.eid) AS deaths
FROM participants p
INNER JOIN death_cause dc ON dc.eid = p.eid
WHERE dc.level = 1
GROUP BY 1, 2
ORDER BY 1, 2;

-- Follow-up starts five years after the measurement
SELECT COUNT(*) AS n, SUM(DATE_DIFF('day', p53_i0 + INTERVAL 5 YEAR, COALESCE(p40000_i0, DATE '2022-11-30'))) / 365.25 AS person_years
FROM participants
WHERE COALESCE(p40000_i0, DATE '2022-11-30') > p53_i0 + INTERVAL 5 YEAR;

-- Never smokers only
SELECT NTILE(10) OVER (ORDER BY p21001_i0) AS tenth, COUNT(*), COUNT(p40000_i0), COUNT(p40000_i0) * 100.0 / COUNT(*) FROM participants WHERE p20116_i0 = 0 AND p21001_i0 IS NOT NULL GROUP BY tenth ORDER BY tenth;

-- Age at entry and exit
SELECT MEDIAN(p21022) AS entry, MEDIAN(p21022 + DATE_DIFF('day', p53_i0, COALESCE(p40000_i0, DATE '2022-11-30')) / 365.25) AS exit FROM participants;

-- Person-years by attained-age band of the start
SELECT CASE WHEN p21022 < 55 THEN 'under 55' ELSE '55 and over' END AS age, p31,
       SUM(DATEDIFF('day', p53_i0, COALESCE(p40000_i0, '2022-11-30'::DATE)) / 365.25) AS py, COUNT(p40000_i0) AS d
FROM participants
GROUP BY 1, 2;

-- Mean BMI at death for suicides and accidents
SELECT AVG(p.p21001_i0) FROM participants p WHERE EXISTS (SELECT * FROM death_cause c WHERE c.eid = p.eid AND (c.cause_icd10 LIKE 'X%' OR c.cause_icd10 LIKE 'V%'));

-- Life-years: mean age at death by BMI class
SELECT CASE WHEN p21001_i0 >= 40 THEN 'III' WHEN p21001_i0 >= 35 THEN 'II' WHEN p21001_i0 >= 30 THEN 'I' ELSE 'none' END AS obesity, AVG(p40007_i0) AS age_at_death, COUNT(p40007_i0) AS n
FROM participants
GROUP BY obesity
HAVING COUNT(p40007_i0) > 20;

-- Recording of BMI by calendar year
SELECT YEAR(p53_i0) AS yr, COUNT(p21001_i0)::DOUBLE / COUNT(*) AS recorded FROM participants GROUP BY yr;

-- Sensitivity: excluding those with cancer before the measurement
WITH cancer AS (SELECT eid, MIN(date_diag) AS dx FROM cancer_registry WHERE site LIKE 'C%' AND site NOT LIKE 'C44%' GROUP BY eid)
SELECT CASE WHEN p.p21001_i0 >= 30 THEN 'obese' ELSE 'not obese' END AS g, COUNT(*) AS n, COUNT(p.p40000_i0) AS deaths
FROM participants p
LEFT JOIN cancer c ON p.eid = c.eid
WHERE c.dx IS NULL OR c.dx >= p.p53_i0
GROUP BY g;

-- # Bradbury, Murphy and Key, International Journal of Epidemiology 2020: diet and colorectal cancer in UK Biobank

-- Meat intake in four groups
SELECT CASE WHEN p1369_i0 + p1379_i0 + p1389_i0 < 1 THEN '<1' WHEN p1369_i0 + p1379_i0 + p1389_i0 < 2 THEN '1-1.9' WHEN p1369_i0 + p1379_i0 + p1389_i0 < 3 THEN '2-2.9' ELSE '3+' END AS times_per_week,
       COUNT(*) AS n, AVG(p21022) AS age
FROM participants
GROUP BY times_per_week
ORDER BY times_per_week;

-- Colorectal cancers by site
SELECT CASE WHEN site IN ('C180', 'C181', 'C182', 'C183', 'C184') THEN 'proximal' WHEN site IN ('C185', 'C186', 'C187') THEN 'distal' WHEN site LIKE 'C19%' OR site LIKE 'C20%' THEN 'rectum' END AS place,
       COUNT(DISTINCT eid) AS cases
FROM cancer_registry
WHERE site LIKE 'C18%' OR site LIKE 'C19%' OR site LIKE 'C20%'
GROUP BY 1;

-- Incident cases after recruitment and before the censoring date
SELECT p.p31, COUNT(DISTINCT p.eid) AS cases
FROM participants p, cancer_registry c
WHERE p.eid = c.eid AND c.site LIKE 'C18%' AND c.date_diag > p.p53_i0 AND c.date_diag <= DATE '2014-12-31'
GROUP BY p.p31;

-- Fibre intake in fifths with median
WITH f AS (SELECT p26017 AS fibre, NTILE(5) OVER (ORDER BY p26017) AS fifth FROM participants WHERE p26017 IS NOT NULL AND p26017 > 0)
SELECT fifth, COUNT(*) AS n, MEDIAN(fibre) AS median FROM f GROUP BY fifth;

-- Characteristics by alcohol intake
SELECT CASE p1558_i0 WHEN 1 THEN 'daily' WHEN 2 THEN '3-4 a week' WHEN 3 THEN '1-2 a week' WHEN 4 THEN 'monthly' WHEN 5 THEN 'occasions' WHEN 6 THEN 'never' END AS alcohol,
       COUNT(*) AS n, AVG(p21022) AS age, AVG(p50_i0) AS height, AVG(p21001_i0) AS bmi
FROM participants
WHERE p1558_i0 BETWEEN 1 AND 6
GROUP BY alcohol;

-- Those excluded, by reason
SELECT 'prevalent cancer' AS reason, COUNT(DISTINCT p.eid) AS n FROM participants p JOIN cancer_registry c ON c.eid = p.eid AND c.date_diag <= p.p53_i0
UNION ALL
SELECT 'genetic sex differs', COUNT(*) FROM participants WHERE p22001 IS NOT NULL AND p22001 <> p31
UNION ALL
SELECT 'no diet', COUNT(*) FROM participants WHERE p1369_i0 IS NULL
ORDER BY n DESC;

-- Repeat 24-hour recalls per person
SELECT n_recalls, COUNT(*) AS people FROM (SELECT eid, COUNT(*) AS n_recalls FROM oxford_webq GROUP BY eid) r GROUP BY n_recalls ORDER BY n_recalls;

-- Mean energy intake over a person's recalls, by sex
SELECT p.p31, AVG(w.kj) AS mean_kj
FROM participants p
JOIN (SELECT eid, AVG(energy) AS kj FROM oxford_webq WHERE energy BETWEEN 3347 AND 17573 GROUP BY eid HAVING COUNT(*) >= 2) w USING (eid)
GROUP BY p.p31;

-- Screening participation and family history
SELECT p2345_i0 AS screened, CASE WHEN p20107_i0 = 4 OR p20110_i0 = 4 THEN 'family history' ELSE 'none' END AS family, COUNT(*) FROM participants GROUP BY 1, 2;

-- Correlation between processed and red meat
SELECT CORR(p1349_i0, p1369_i0 + p1379_i0 + p1389_i0) AS r, COVAR_SAMP(p1349_i0, p1369_i0) AS cov FROM participants WHERE p1349_i0 >= 0;

-- # Foster et al., Lancet Public Health 2018: deprivation, unhealthy lifestyle and mortality

-- Lifestyle categories by deprivation fifth
WITH s AS (
  SELECT NTILE(5) OVER (ORDER BY p189) AS dep,
         (p20116_i0 = 2)::INT + (p1558_i0 = 1)::INT + (p1070_i0 >= 4)::INT + (p1160_i0 < 7 OR p1160_i0 > 9)::INT AS score
  FROM participants
  WHERE p189 IS NOT NULL
)
SELECT dep, CASE WHEN score <= 1 THEN 'most healthy' WHEN score <= 2 THEN 'moderate' ELSE 'least healthy' END AS lifestyle, COUNT(*) AS n
FROM s
GROUP BY dep, lifestyle
ORDER BY dep, lifestyle;

-- Deprivation above and below the median
SELECT CASE WHEN p189 > -2.14 THEN 'deprived' ELSE 'affluent' END AS dep, COUNT(*) AS n, COUNT(p40000_i0) AS deaths, AVG(p21022) AS age FROM participants WHERE p189 IS NOT NULL GROUP BY dep;

-- Television time in hours a day
SELECT p1070_i0 AS hours, COUNT(*) AS n, SUM(COUNT(*)) OVER () AS total FROM participants WHERE p1070_i0 >= 0 GROUP BY p1070_i0 ORDER BY 1;

-- Sleep: short, usual and long
SELECT CASE WHEN p1160_i0 < 7 THEN 'short' WHEN p1160_i0 <= 9 THEN 'usual' ELSE 'long' END AS sleep, COUNT(*) AS n, COUNT(*) FILTER (WHERE p40000_i0 IS NOT NULL) AS deaths
FROM participants
WHERE p1160_i0 > 0
GROUP BY 1
ORDER BY CASE sleep WHEN 'short' THEN 1 WHEN 'usual' THEN 2 ELSE 3 END;

-- Cardiovascular deaths by income
SELECT p738_i0 AS income, COUNT(*) AS n, COUNT(*) FILTER (WHERE p40001_i0 LIKE 'I%') AS cvd_deaths FROM participants WHERE p738_i0 > 0 GROUP BY income ORDER BY income;

-- Mean score of unhealthy habits
SELECT AVG((CASE WHEN p20116_i0 = 2 THEN 1 ELSE 0 END) + (CASE WHEN p22040_i0 < 600 THEN 1 ELSE 0 END)) AS mean_score, VARIANCE(p189) AS var_dep FROM participants;

-- Interaction: mortality by deprivation half and smoking
SELECT p189 > 0 AS deprived, p20116_i0 AS smoking, COUNT(*) AS n, ROUND(100.0 * COUNT(p40000_i0) / NULLIF(COUNT(*), 0), 2) AS died_pct FROM participants WHERE p20116_i0 >= 0 GROUP BY 1, 2 ORDER BY 1, 2;

-- Index of Multiple Deprivation for England, by region
SELECT p54_i0, MEDIAN(p26410) AS imd FROM participants WHERE p26410 IS NOT NULL GROUP BY p54_i0;

-- Follow-up of at least two years
SELECT p31, COUNT(*) FROM participants WHERE DATE_DIFF('year', p53_i0, COALESCE(p40000_i0, DATE '2022-11-30')) >= 2 GROUP BY p31;

-- Participants with 0, 1, 2, 3 or more long-term conditions among those admitted
SELECT LEAST(n, 3) AS conditions, COUNT(*) AS people
FROM (SELECT eid, COUNT(DISTINCT LEFT(diag_icd10, 3)) AS n FROM hesin_diag GROUP BY eid) c
GROUP BY 1;

-- # Williamson et al., Nature 2020: factors associated with COVID-19 death (OpenSAFELY)

-- Cohort and deaths by age band and sex
SELECT CASE WHEN 2020 - p34 < 60 THEN '50-59' WHEN 2020 - p34 < 70 THEN '60-69' WHEN 2020 - p34 < 80 THEN '70-79' ELSE '80+' END AS age, p31 AS sex,
       COUNT(*) AS n, COUNT(*) FILTER (WHERE p40001_i0 IN ('U071', 'U072')) AS covid_deaths
FROM participants
WHERE p40000_i0 IS NULL OR p40000_i0 >= DATE '2020-02-01'
GROUP BY age, sex;

-- Covid deaths per day
SELECT d.date_of_death, COUNT(DISTINCT d.eid) AS deaths
FROM death d JOIN death_cause c ON c.eid = d.eid
WHERE c.cause_icd10 = 'U071' AND d.date_of_death BETWEEN DATE '2020-03-01' AND DATE '2020-06-30'
GROUP BY d.date_of_death
ORDER BY d.date_of_death;

-- BMI classes with cumulative incidence
SELECT CASE WHEN p21001_i0 >= 40 THEN 'Obese III' WHEN p21001_i0 >= 35 THEN 'Obese II' WHEN p21001_i0 >= 30 THEN 'Obese I' ELSE 'Not obese' END AS bmi,
       COUNT(*) AS n, SUM(covid) AS deaths, 100.0 * SUM(covid) / COUNT(*) AS pct
FROM (SELECT p21001_i0, CASE WHEN p40001_i0 = 'U071' THEN 1 ELSE 0 END AS covid FROM participants) t
GROUP BY 1;

-- Diabetes with controlled and uncontrolled HbA1c
SELECT CASE WHEN p2443_i0 = 1 AND p30750_i0 >= 58 THEN 'uncontrolled' WHEN p2443_i0 = 1 AND p30750_i0 < 58 THEN 'controlled' WHEN p2443_i0 = 1 THEN 'no HbA1c' ELSE 'no diabetes' END AS diabetes, COUNT(*) AS n
FROM participants
GROUP BY diabetes;

-- Reduced kidney function from creatinine
SELECT COUNT(*) FILTER (WHERE p30700_i0 > 133) AS raised, COUNT(*) FILTER (WHERE p30700_i0 BETWEEN 90 AND 133) AS borderline, COUNT(*) FILTER (WHERE p30700_i0 < 90) AS normal FROM participants;

-- Asthma with and without a recent oral steroid
WITH asthma AS (SELECT DISTINCT eid FROM gp_clinical WHERE read_3 LIKE 'H33%'),
     steroid AS (SELECT DISTINCT eid FROM gp_scripts WHERE drug_name ILIKE 'prednisolone%' AND issue_date >= DATE '2019-02-01')
SELECT CASE WHEN a.eid IS NULL THEN 'no asthma' WHEN s.eid IS NULL THEN 'asthma, no steroid' ELSE 'asthma with steroid' END AS asthma, COUNT(*) AS n
FROM participants p
LEFT JOIN asthma a ON a.eid = p.eid
LEFT JOIN steroid s ON s.eid = p.eid
GROUP BY 1;

-- Ethnic group by deprivation
SELECT p21000_i0, NTILE(5) OVER (ORDER BY p26410) AS imd, COUNT(*) AS n FROM participants GROUP BY p21000_i0, imd;

-- Tested and positive
SELECT COUNT(DISTINCT eid) AS tested, COUNT(DISTINCT CASE WHEN result = 1 THEN eid END) AS positive, 1.0 * COUNT(DISTINCT CASE WHEN result = 1 THEN eid END) / COUNT(DISTINCT eid) AS share
FROM covid19_result
WHERE specdate BETWEEN '2020-03-16' AND '2020-12-31';

-- Registered with a practice for at least a year before the index date
SELECT COUNT(DISTINCT eid) FROM gp_registrations WHERE reg_date <= DATE '2020-02-01' - INTERVAL '1 year' AND (deduct_date IS NULL OR deduct_date > DATE '2020-02-01');

-- Missing ethnicity and smoking by deprivation
SELECT NTILE(5) OVER (ORDER BY p189) AS dep, AVG(CASE WHEN p21000_i0 IS NULL OR p21000_i0 < 0 THEN 1 ELSE 0 END) AS no_ethnicity, AVG(CASE WHEN p20116_i0 IS NULL OR p20116_i0 < 0 THEN 1 ELSE 0 END) AS no_smoking
FROM participants
GROUP BY dep;

-- # Barnett et al., Lancet 2012: epidemiology of multimorbidity

-- Participants by number of conditions and age
WITH c AS (
  SELECT p.eid, p.p21022, (CASE WHEN p2443_i0 = 1 THEN 1 ELSE 0 END) + (CASE WHEN p6150_i0 > 0 THEN 1 ELSE 0 END) + (CASE WHEN p2453_i0 = 1 THEN 1 ELSE 0 END) + (CASE WHEN p6152_i0 = 8 THEN 1 ELSE 0 END) AS n
  FROM participants p
)
SELECT FLOOR(p21022 / 10) * 10 AS age, COUNT(*) AS people, COUNT(*) FILTER (WHERE n >= 2) AS multimorbid, 100.0 * COUNT(*) FILTER (WHERE n >= 2) / COUNT(*) AS pct, AVG(n) AS mean_conditions
FROM c
GROUP BY 1
ORDER BY 1;

-- Physical and mental comorbidity by deprivation tenth
SELECT NTILE(10) OVER (ORDER BY p189) AS decile, COUNT(*) AS n,
       SUM(CASE WHEN p2443_i0 = 1 AND p2090_i0 = 1 THEN 1 ELSE 0 END) AS both
FROM participants
GROUP BY decile
ORDER BY decile;

-- Most common conditions in hospital data
SELECT SUBSTRING(diag_icd10 FROM 1 FOR 3) AS condition, COUNT(DISTINCT eid) AS n FROM hesin_diag GROUP BY 1 HAVING COUNT(DISTINCT eid) >= 100 ORDER BY 2 DESC LIMIT 40;

-- People with both diabetes and depression in primary care
SELECT COUNT(*)
FROM participants p
WHERE EXISTS (SELECT 1 FROM gp_clinical g WHERE g.eid = p.eid AND g.read_2 LIKE 'C10%')
  AND EXISTS (SELECT 1 FROM gp_clinical g WHERE g.eid = p.eid AND g.read_2 LIKE 'E2B%');

-- Two-by-two table of hypertension and coronary disease from codes
WITH htn AS (SELECT DISTINCT eid FROM hesin_diag WHERE diag_icd10 LIKE 'I10%'), chd AS (SELECT DISTINCT eid FROM hesin_diag WHERE diag_icd10 LIKE 'I25%')
SELECT h.eid IS NOT NULL AS htn, c.eid IS NOT NULL AS chd, COUNT(*) AS n
FROM participants p LEFT JOIN htn h ON p.eid = h.eid LEFT JOIN chd c ON p.eid = c.eid
GROUP BY 1, 2;

-- Four or more repeat medicines in a year
SELECT COUNT(*) AS polypharmacy
FROM (
  SELECT eid, COUNT(DISTINCT bnf_code) AS medicines
  FROM gp_scripts
  WHERE issue_date >= DATE '2015-01-01' AND issue_date < DATE '2016-01-01'
  GROUP BY eid
  HAVING COUNT(DISTINCT bnf_code) >= 4
) m;

-- Prescriptions per person and year
SELECT YEAR(issue_date) AS year, COUNT(*) * 1.0 / COUNT(DISTINCT eid) AS scripts_per_patient FROM gp_scripts GROUP BY YEAR(issue_date) ORDER BY year;

-- Unplanned admissions by number of conditions
SELECT CASE WHEN p.p137_i0 >= 3 THEN '3+' ELSE '0-2' END AS conditions, COUNT(DISTINCT h.eid) AS admitted, COUNT(DISTINCT p.eid) AS n
FROM participants p
LEFT JOIN hesin h ON h.eid = p.eid AND h.admimeth IN ('21', '22', '23', '24', '25', '28')
GROUP BY 1;

-- Mean length of stay
SELECT p.p31, AVG(DATE_DIFF('day', h.admidate, h.disdate)) AS days FROM hesin h JOIN participants p ON p.eid = h.eid WHERE h.disdate >= h.admidate GROUP BY p.p31;

-- Younger people with multimorbidity, by sex
SELECT p31, COUNT(*) FROM participants WHERE p21022 < 65 AND p137_i0 >= 2 GROUP BY p31;

-- # Hippisley-Cox, Coupland and Brindle, BMJ 2017: QRISK3

-- Eligible people: no cardiovascular disease and no statin
SELECT COUNT(*)
FROM participants p
WHERE p.p21022 BETWEEN 25 AND 84
  AND p.eid NOT IN (SELECT d.eid FROM hesin_diag d WHERE d.diag_icd10 LIKE 'I2%' OR d.diag_icd10 LIKE 'I63%')
  AND NOT EXISTS (SELECT 1 FROM gp_scripts s WHERE s.eid = p.eid AND s.issue_date < p.p53_i0 AND (s.drug_name ILIKE '%simvastatin%' OR s.drug_name ILIKE '%atorvastatin%'));

-- Cholesterol to HDL ratio by sex
SELECT p31, AVG(p30690_i0 / p30760_i0) AS ratio, STDDEV(p30690_i0 / p30760_i0) AS sd, COUNT(p30690_i0 / p30760_i0) AS n FROM participants WHERE p30760_i0 > 0 GROUP BY p31;

-- Variability of systolic pressure over repeated primary-care measurements
WITH bp AS (SELECT eid, AVG(value1) AS mean_sbp, STDDEV(value1) AS sd_sbp, COUNT(*) AS n FROM gp_clinical WHERE read_2 = '2469.' GROUP BY eid HAVING COUNT(*) >= 2)
SELECT p.p31, AVG(bp.sd_sbp) AS mean_sd FROM participants p JOIN bp ON bp.eid = p.eid GROUP BY p.p31;

-- Ten-year event indicator by sex and age
SELECT p31, p21022 // 5 * 5 AS age, AVG(CASE WHEN p42000_i0 BETWEEN p53_i0 AND p53_i0 + INTERVAL 10 YEAR THEN 1 ELSE 0 END) AS observed FROM participants GROUP BY ALL ORDER BY p31, age;

-- Atypical antipsychotics, corticosteroids and migraine
SELECT COUNT(DISTINCT CASE WHEN s.drug_name ILIKE '%olanzapine%' THEN s.eid END) AS antipsychotic, COUNT(DISTINCT CASE WHEN s.drug_name ILIKE '%prednisolone%' THEN s.eid END) AS steroid FROM gp_scripts s;

-- Ethnic groups of the score
SELECT CASE WHEN p21000_i0 IN (1, 1001, 1002, 1003) THEN 'White' WHEN p21000_i0 = 3001 THEN 'Indian' WHEN p21000_i0 = 3002 THEN 'Pakistani' WHEN p21000_i0 = 3003 THEN 'Bangladeshi' WHEN p21000_i0 = 4001 THEN 'Caribbean' WHEN p21000_i0 = 4002 THEN 'African' ELSE 'Other' END AS ethnicity,
       COUNT(*) AS n, AVG(p21022) AS age, AVG(p4080_i0_a0) AS sbp, MEDIAN(p189) AS townsend
FROM participants
GROUP BY ethnicity
ORDER BY n DESC;

-- Chronic kidney disease, stages 3 to 5
SELECT p31, COUNT(DISTINCT p.eid) AS ckd FROM participants p JOIN hesin_diag d ON d.eid = p.eid WHERE LEFT(d.diag_icd10, 4) IN ('N183', 'N184', 'N185') GROUP BY p31;

-- Censoring by reason
SELECT CASE WHEN p42000_i0 IS NOT NULL THEN 'event' WHEN p40000_i0 IS NOT NULL THEN 'died' WHEN p191 IS NOT NULL THEN 'lost' ELSE 'end of study' END AS reason, COUNT(*) AS n,
       ROUND(AVG(DATE_DIFF('day', p53_i0, COALESCE(p42000_i0, p40000_i0, p191, DATE '2022-11-30'))) / 365.25, 2) AS mean_years
FROM participants
GROUP BY reason;

-- Calibration: mean predicted against observed in tenths
SELECT tenth, AVG(score) AS predicted, AVG(event) AS observed
FROM (SELECT p26223 AS score, NTILE(10) OVER (ORDER BY p26223) AS tenth, CASE WHEN p42000_i0 IS NOT NULL THEN 1.0 ELSE 0.0 END AS event FROM participants WHERE p26223 IS NOT NULL) x
GROUP BY tenth
ORDER BY tenth;

-- First code for diabetes, by year of diagnosis
SELECT EXTRACT(YEAR FROM dx) AS year, COUNT(*) AS n FROM (SELECT eid, MIN(event_dt) AS dx FROM gp_clinical WHERE read_2 LIKE 'C10F%' GROUP BY eid) t GROUP BY 1 ORDER BY 1;
