-- key counted
SELECT COUNT(DISTINCT eid) FROM hesin;

-- key counted, by a column
SELECT p.sex, COUNT(DISTINCT p.eid) AS n FROM people p JOIN hesin h ON p.eid = h.eid WHERE h.code LIKE
'I%' GROUP BY p.sex;

-- the other way round
SELECT p.sex, COUNT(DISTINCT h.eid) FROM hesin h INNER JOIN people p ON h.eid = p.eid GROUP BY 1;

-- a comma join
SELECT p.sex, COUNT(DISTINCT p.eid) FROM people p, hesin h WHERE p.eid = h.eid AND h.day > p.base GROUP
BY 1;

-- using
SELECT sex, COUNT(DISTINCT eid) FROM people JOIN hesin USING (eid) GROUP BY sex;

-- two keys
SELECT COUNT(DISTINCT h.eid) FROM hesin h JOIN diag d ON h.eid = d.eid AND h.ins = d.ins WHERE d.icd =
'I21';

-- two keys with using
SELECT COUNT(DISTINCT eid) FROM hesin JOIN diag USING (eid, ins) WHERE icd = 'I21' AND day > DATE
'2010-06-01';

-- in
SELECT sex, COUNT(*) FROM people WHERE eid IN (SELECT eid FROM hesin WHERE code = 'I21') GROUP BY sex;

-- not in
SELECT sex, COUNT(*) FROM people p WHERE p.eid NOT IN (SELECT eid FROM hesin) GROUP BY sex;

-- in a union
SELECT COUNT(*) FROM people WHERE eid IN (SELECT eid FROM hesin WHERE code = 'I21' UNION SELECT eid FROM
death WHERE cause = 'I21');

-- in an intersection
SELECT COUNT(*) FROM people WHERE eid IN (SELECT eid FROM hesin INTERSECT SELECT eid FROM death);

-- in a difference
SELECT COUNT(*) FROM people WHERE eid IN (SELECT eid FROM hesin EXCEPT SELECT eid FROM death);

-- in a grouped query
SELECT COUNT(*) FROM people WHERE eid IN (SELECT eid FROM hesin GROUP BY eid HAVING COUNT(*) >= 2);

-- exists
SELECT COUNT(*) FROM people p WHERE EXISTS (SELECT 1 FROM hesin h WHERE h.eid = p.eid AND h.day > p.base);

-- exists over two tables
SELECT COUNT(*) FROM people p WHERE NOT EXISTS (SELECT 1 FROM diag d JOIN hesin h ON h.eid = d.eid AND
h.ins = d.ins WHERE d.eid = p.eid AND d.icd = 'I21' AND h.day < p.base);

-- exists, grouped
SELECT COUNT(*) FROM people p WHERE EXISTS (SELECT h.eid FROM hesin h WHERE h.eid = p.eid GROUP BY h.eid
HAVING COUNT(*) > 1);

-- anti-join
SELECT COUNT(*) FROM people p LEFT JOIN hesin h ON p.eid = h.eid WHERE h.eid IS NULL;

-- anti-join with a condition
SELECT sex, COUNT(*) FROM people p LEFT JOIN hesin h ON p.eid = h.eid AND h.code = 'E11' WHERE h.eid IS
NULL GROUP BY sex;

-- matches of a left join
SELECT p.sex, COUNT(DISTINCT p.eid), COUNT(DISTINCT h.eid) FROM people p LEFT JOIN hesin h ON p.eid =
h.eid AND h.code = 'I21' GROUP BY p.sex;

-- whether a left join matches, as a key
SELECT h.eid IS NOT NULL AS ill, COUNT(DISTINCT p.eid) FROM people p LEFT JOIN hesin h ON p.eid = h.eid
AND h.code = 'I21' GROUP BY 1;

-- distinct cases
WITH cases AS (SELECT DISTINCT eid FROM hesin WHERE code = 'I21') SELECT p.sex, COUNT(*), COUNT(c.eid)
FROM people p LEFT JOIN cases c ON c.eid = p.eid GROUP BY p.sex;

-- first date
WITH first AS (SELECT eid, MIN(day) AS d, COUNT(*) AS n FROM hesin WHERE code <> 'E11' GROUP BY eid)
SELECT CASE WHEN f.d IS NULL THEN 'none' WHEN f.d <= p.base THEN 'before' ELSE 'after' END AS k,
COUNT(*), COUNT(f.d), COUNT(f.n) FROM people p LEFT JOIN first f ON f.eid = p.eid GROUP BY k;

-- first date of two tables
WITH f AS (SELECT d.eid, MIN(h.day) AS d FROM diag d JOIN hesin h ON d.eid = h.eid AND d.ins = h.ins
WHERE d.icd = 'I21' GROUP BY d.eid) SELECT YEAR(f.d), COUNT(*) FROM people p JOIN f ON f.eid = p.eid
GROUP BY 1;

-- number of events
SELECT n, COUNT(*) FROM (SELECT p.eid, COUNT(h.eid) AS n FROM people p LEFT JOIN hesin h ON h.eid = p.eid
GROUP BY p.eid) t GROUP BY n;

-- rows of a left join
SELECT n, COUNT(*) FROM (SELECT p.eid, COUNT(*) AS n FROM people p LEFT JOIN hesin h ON h.eid = p.eid
GROUP BY p.eid) t GROUP BY n;

-- number of codes
SELECT LEAST(n, 2) AS n, COUNT(*) FROM (SELECT eid, COUNT(DISTINCT code) AS n FROM hesin GROUP BY eid) t
GROUP BY 1;

-- statistics of a person
WITH s AS (SELECT eid, SUM(level) AS s, MAX(level) - MIN(level) AS r, STDDEV(level) AS sd, SUM(CASE WHEN
code = 'I21' THEN 1 ELSE 0 END) AS mi, COUNT(*) FILTER (WHERE code = 'E11') AS t2d, BOOL_OR(code = 'J45')
AS asthma, COUNT(level) AS known FROM hesin GROUP BY eid) SELECT ROUND(s), r, ROUND(sd, 3), mi, t2d,
asthma, known, COUNT(*) FROM s GROUP BY ALL;

-- condition of a group of a person
SELECT COUNT(*) FROM (SELECT eid, COUNT(DISTINCT code) AS n FROM hesin GROUP BY eid HAVING COUNT(DISTINCT
code) >= 2 AND MIN(day) > DATE '2006-01-01') m;

-- left join of a condition on a person
SELECT p.sex, COUNT(*), COUNT(c.d) FROM people p LEFT JOIN (SELECT eid, MIN(day) AS d FROM hesin GROUP BY
eid) c ON c.eid = p.eid AND c.d > p.base GROUP BY p.sex;

-- constant column of a left join
SELECT p.sex, COUNT(DISTINCT CASE WHEN c.yes = 1 THEN p.eid END) FROM people p LEFT JOIN (SELECT eid, 1
AS yes FROM hesin WHERE code = 'I21') c ON c.eid = p.eid GROUP BY p.sex;

-- people with themselves
WITH old AS (SELECT eid FROM people WHERE age > 60) SELECT sex, COUNT(*), COUNT(o.eid) FROM people p LEFT
JOIN old o ON o.eid = p.eid GROUP BY sex;

-- a value of one common table
WITH n AS (SELECT eid, COUNT(*) AS n FROM hesin GROUP BY eid) SELECT (SELECT n FROM n WHERE n.eid =
p.eid) AS k, COUNT(*) FROM people p GROUP BY 1;

-- group by the place of a sub-query
SELECT (SELECT COUNT(*) FROM hesin h WHERE h.eid = p.eid) AS k, COUNT(*) FROM people p GROUP BY 1;

-- people counted by a case
SELECT p.sex, COUNT(DISTINCT CASE WHEN h.code = 'I21' THEN h.eid END), COUNT(DISTINCT IF(h.code = 'E11',
p.eid, NULL)) FROM people p LEFT JOIN hesin h ON h.eid = p.eid GROUP BY 1;

-- people under two names
SELECT COUNT(*) FROM people p JOIN people q ON p.eid = q.eid WHERE q.age > 50;

-- dates of several codes
WITH dx AS (SELECT d.eid, MIN(CASE WHEN d.icd = 'I21' THEN h.day END) AS mi, MAX(CASE WHEN d.icd = 'E11' THEN h.day END) AS t2d
            FROM diag d JOIN hesin h USING (eid, ins) GROUP BY d.eid)
SELECT COUNT(*) FILTER (WHERE mi <= base) AS before, COUNT(*) FILTER (WHERE mi > base) AS after, COUNT(t2d) AS t2d
FROM people LEFT JOIN dx USING (eid);

-- years as text
SELECT CAST(strftime(seen, '%Y') AS INT) AS y, COUNT(*) FROM people GROUP BY 1;

-- statistics of the person's own columns
SELECT a, n, s, COUNT(*)
FROM (SELECT p.eid, MAX(p.age) AS a, COUNT(DISTINCT p.sex) AS n, SUM(p.sex) AS s FROM people p GROUP BY 1) t
GROUP BY ALL;

-- a person's own columns beside events
SELECT age, c, k, COUNT(*)
FROM (SELECT p.eid, ANY_VALUE(p.age) AS age, COUNT(p.eid) AS c, COUNT(DISTINCT h.eid) AS k FROM people p
      JOIN hesin h ON h.eid = p.eid GROUP BY p.eid, p.sex) t
GROUP BY ALL;

-- means and conditions of a person
SELECT ROUND(m, 6), odd, many, least, COUNT(*)
FROM (SELECT eid, AVG(level) AS m, BOOL_AND(ins > 0) AS odd, COUNT_IF(code = 'I21') AS many, COUNT(3) AS least
      FROM hesin GROUP BY ALL) t
GROUP BY ALL;

-- people who died or were ill
WITH cases AS (SELECT eid FROM hesin WHERE code = 'I21' UNION SELECT eid FROM death)
SELECT sex, COUNT(*) FROM people JOIN cases USING (eid) GROUP BY sex;

-- a sub-query in two pairs of brackets
SELECT COUNT(*) FROM ((SELECT eid FROM people WHERE age > 50)) t;

-- all columns of one table
SELECT sex, COUNT(DISTINCT eid) FROM (SELECT p.* FROM people p JOIN hesin h ON h.eid = p.eid) t GROUP BY sex;

-- rows of a table of people
SELECT n, p.eid IS NULL AS lost, COUNT(*) FROM (SELECT eid, COUNT(*) AS n FROM people GROUP BY eid) p GROUP BY 1, 2;
