-- starts of quarters and weeks
SELECT DATE_TRUNC('quarter', seen)::DATE AS q, DATE_TRUNC('week', seen)::DATE AS w, DATE_TRUNC('day', seen)::DATE AS d,
       COUNT(*)
FROM people
GROUP BY q, w, d;

-- boundaries between dates
SELECT DATE_DIFF('year', base, seen), DATE_DIFF('quarter', base, seen), DATE_DIFF('month', seen, base),
       DATEDIFF('week', base, seen), DATE_DIFF('day', seen, base), seen - base, COUNT(*)
FROM people
GROUP BY ALL;

-- completed units
SELECT DATE_SUB('year', base, seen), DATE_SUB('month', seen, base), DATESUB('quarter', base, seen),
       DATE_SUB('week', base, seen), DATE_SUB('day', base, seen), COUNT(*)
FROM people
GROUP BY ALL;

-- age
SELECT DATE_PART('year', AGE(seen, base)) AS age, EXTRACT(YEAR FROM AGE(DATE '2024-06-30', base)) AS other, COUNT(*)
FROM people
GROUP BY 1, 2;

-- shifted by days
SELECT COUNT(*) FROM people WHERE base + 30 > DATE '2010-03-01' AND seen - 7 < '2022-01-01' AND 5 + base IS NOT NULL;

-- shifted by intervals
SELECT COUNT(*) FROM people
WHERE base + INTERVAL 10 YEAR <= seen AND base + INTERVAL '3' MONTH > DATE '2010-04-01'
  AND base - INTERVAL '2 weeks' < DATE '2010-06-01' AND INTERVAL 1 DAY + base > DATE '2010-01-05'
  AND DATE_ADD(base, INTERVAL 40 QUARTER) < DATE '2020-06-01';

-- shifted by a number of the row
SELECT COUNT(*) FROM people WHERE base + INTERVAL (age) MONTH < DATE '2014-06-01';

-- dates of parts
SELECT MAKE_DATE(CAST(1900 + age AS INT), CAST(1 + age % 12 AS INT), 15) AS d, COUNT(*) FROM people GROUP BY d;

-- months as text
SELECT CAST(strftime(seen, '%Y-%m-01') AS DATE) AS m, COUNT(*) FROM people GROUP BY 1;

-- a difference of constants
SELECT COUNT(*) FROM people WHERE seen - DATE '2020-01-01' > 100 AND DATE '2021-01-01' - seen > 5;

-- a date less a number of the row
SELECT COUNT(*) FROM people WHERE seen - CAST(age AS INT) > DATE '2020-06-01' AND CAST(age AS INT) + base < seen;
