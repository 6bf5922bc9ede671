-- parts of dates
SELECT YEAR(seen), EXTRACT(MONTH FROM seen), EXTRACT(QUARTER FROM seen), DAY(seen), COUNT(*) FROM people GROUP BY ALL;

-- parts of dates by name
SELECT DATE_PART('year', seen) AS y, QUARTER(seen) AS q, MONTH(seen) AS m, COUNT(*) FROM people GROUP BY y, q, m;

-- starts
SELECT DATE_TRUNC('year', seen)::DATE AS y, DATE_TRUNC('month', seen)::DATE AS m, COUNT(*) FROM people GROUP BY 1, 2;

-- dates of constants
SELECT COUNT(*) FROM people WHERE base >= CAST('2010-02-01' AS DATE) AND base < '2010-05-01'::DATE AND seen > '2020-01-01';

-- comparisons as values
SELECT age >= 55, bmi IS NULL, bmi > 3, town LIKE 'A%', sex = 1 AND bmi > 3, COUNT(*) FROM people GROUP BY ALL;

-- casts
SELECT CAST(bmi AS INT) AS i, bmi::DOUBLE AS d, (bmi > 3)::INT AS b, CAST(smoker AS INTEGER) AS s,
       TRY_CAST(age AS BOOLEAN) AS t, ROUND(CAST(bmi / 7 AS DECIMAL(10, 1)), 1) AS c, COUNT(*)
FROM people
WHERE bmi * 2 <> 3 OR bmi IS NULL
GROUP BY ALL;

-- numbers
SELECT ROUND(POWER(age, 2)), ROUND(age ** 0.5, 6), ROUND(LOG10(age), 6), ROUND(LOG(age), 6), ROUND(LOG2(age), 6),
       SIGN(bmi), TRUNC(bmi), COUNT(*)
FROM people
GROUP BY ALL;

-- whole quotients
SELECT CAST(age AS INT) // 5 * 5, MOD(age, 7), NULLIF(age, 45), COALESCE(bmi, 0), COUNT(*) FROM people GROUP BY ALL;

-- texts
SELECT LEFT(town, 1), SUBSTR(town, 1, 2), SUBSTRING(town FROM 1 FOR 1), LOWER(town), COUNT(*) FROM people GROUP BY ALL;

-- patterns
SELECT town ILIKE 'aX%', town NOT LIKE 'B%', STARTS_WITH(town, 'A'), CONTAINS(town, 'x'),
       town NOT ILIKE '%x_', COUNT(*)
FROM people
GROUP BY ALL;

-- endings
SELECT ENDS_WITH(town, 'x'), SUFFIX(town, 'A'), PREFIX(town, 'Bx'), COUNT(*) FROM people GROUP BY ALL;

-- in
SELECT age IN (40, 41, NULL), age NOT IN (-3, 45), town IN ('Ax%', UPPER('cX%')), COUNT(*) FROM people GROUP BY ALL;

-- not in a list with null
SELECT COUNT(*) FROM people WHERE age NOT IN (40, NULL) OR age = 40;

-- distinct from
SELECT bmi IS DISTINCT FROM 3.5, smoker IS NOT DISTINCT FROM NULL, COUNT(*) FROM people GROUP BY ALL;

-- truth
SELECT smoker IS TRUE, smoker IS NOT FALSE, NOT smoker, COUNT(*) FROM people GROUP BY ALL;

-- counts of conditions
SELECT sex, SUM(CASE WHEN bmi > 3 THEN 1 ELSE 0 END) AS a, SUM(CASE WHEN bmi IS NULL THEN 0 WHEN age > 50 THEN 1 END) AS b,
       SUM((bmi > 3)::INT) AS c, COUNT(CASE WHEN bmi > 3 THEN 1 END) AS d, COUNT_IF(bmi > 3) AS e, COUNT(1) AS f,
       COUNT(*) FILTER (WHERE bmi > 3) AS g, SUM(CASE WHEN bmi < 0 OR age = 41 THEN 0 ELSE 1 END) AS h, COUNT(2) AS i,
       SUM(CASE WHEN bmi < 0 THEN 1 WHEN age < 50 THEN 0 WHEN age < 60 THEN 1 ELSE 0 END) AS j
FROM people
GROUP BY sex;

-- pairs
SELECT sex, REGR_COUNT(bmi, age) AS n, COUNT(bmi) AS m FROM people GROUP BY sex;

-- a sub-query with aliases of its own columns
SELECT h, COUNT(*) FROM (SELECT age / 2 AS half, FLOOR(half / 5) AS h FROM people ORDER BY age) t GROUP BY 1;

-- all but some columns
SELECT sex, COUNT(*) FROM (SELECT * EXCLUDE (age), age AS years FROM people) WHERE years > 50 GROUP BY sex;

-- a natural join
SELECT COUNT(DISTINCT d.eid) FROM hesin h NATURAL JOIN diag d WHERE icd = 'I21';

-- constants as values
SELECT COUNT(*) FROM people WHERE TRUE AND NOT FALSE AND (1 = 1) AND (sex = 0 OR age > 2) AND age NOT IN (41, age + 1);

-- nulls in lists alone
SELECT COUNT(*) FROM people WHERE sex IN (NULL) OR age = 44;

-- constants of other kinds
SELECT COUNT(*) FROM people WHERE age > '50' AND '2010-02-01' < base OR age = 3 + TRUE::INT + 41;

-- casts of constants
SELECT CAST('5' AS INT) + age AS a, CAST(NULL AS DOUBLE) IS NULL AS n, CAST(7 AS VARCHAR) AS t, CAST(bmi AS DECIMAL) AS d,
       (sex = 1)::BOOLEAN AS b, COUNT(*)
FROM people
GROUP BY ALL;

-- a case of a value
SELECT CASE sex WHEN 1 THEN 'men' ELSE 'women' END AS s, IF(age > 50, 'old', 'young') AS o, COUNT(*) FROM people GROUP BY s, o;

-- powers of a constant
SELECT ROUND(POWER(2, age / 10), 6) AS p, ROUND(POW(age, 3)) AS c, ROUND(PI() * age, 6) AS r, COUNT(*) FROM people GROUP BY ALL;
