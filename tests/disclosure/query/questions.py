"""Questions researchers ask, by name; `golden/` holds what each becomes in every dialect."""

QUESTIONS = {
    "count": "SELECT COUNT(*) FROM participants",
    "by_key": "SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex ORDER BY n DESC LIMIT 3",
    "bins": (
        "SELECT sex, FLOOR(age / 10) * 10 AS decade, AVG(bmi), STDDEV(bmi), SUM(age) "
        "FROM participants WHERE age BETWEEN 40 AND 69 AND centre IN ('a', 'o''b') "
        "AND NOT smoker GROUP BY ALL"
    ),
    "quantiles": (
        "SELECT MEDIAN(bmi), QUANTILE_CONT(bmi, 0.9) AS p90, MEDIAN(born) AS b, COUNT(DISTINCT centre) AS c "
        "FROM participants"
    ),
    "lines": (
        "SELECT smoker, CORR(bmi, age), REGR_SLOPE(bmi, age) AS s, REGR_R2(bmi, LN(age)) AS r "
        "FROM participants GROUP BY 1"
    ),
    "common_tables": (
        "WITH mi AS (SELECT * FROM hospital WHERE code LIKE 'I21%'), "
        "old AS (SELECT sex, age FROM participants WHERE age > 60) "
        "SELECT old.sex, COUNT(*) AS n FROM old JOIN mi ON mi.date > DATE '2010-01-01' GROUP BY 1"
    ),
    "events": (
        "SELECT LEFT(code, 3) AS block, COUNT(*) AS n, AVG(level) AS mean, COUNT(DISTINCT code) AS codes "
        "FROM hospital GROUP BY block"
    ),
    "left_join": (
        "SELECT YEAR(date) AS y, COUNT(*) FILTER (WHERE sex = 1) AS men FROM participants "
        "LEFT JOIN hospital ON hospital.date > participants.born + INTERVAL 30 DAY GROUP BY y"
    ),
    "existence": (
        "SELECT CASE WHEN bmi >= 30 THEN 'high' WHEN bmi IS NULL THEN 'none' ELSE 'low' END AS band, "
        "COUNT(*) FROM participants WHERE EXISTS (SELECT 1 FROM hospital WHERE code = 'E11' AND date > born) "
        "AND (SELECT MIN(date) FROM hospital WHERE code LIKE 'I%') < '2012-01-01' GROUP BY band"
    ),
    "careful": (
        "SELECT ROUND(LN(bmi / age) + SQRT(bmi) - EXP(age % 7), 1) AS v, DATE_TRUNC('month', born) AS m, "
        "COUNT(bmi) AS n FROM participants WHERE ABS(-bmi) > 1.5e2 OR COALESCE(centre, 'x') = 'x' "
        "OR DATE_DIFF('day', born, DATE '2020-01-01') > 1000 GROUP BY v, m"
    ),
}
