WITH people AS (
SELECT t0."person" AS person, t0."person_mark" AS person_mark
FROM "participants" AS t0
), valued AS (
SELECT person_mark
FROM people
)
SELECT count(*) AS people, bit_xor(person_mark) AS person_mark
FROM valued;
