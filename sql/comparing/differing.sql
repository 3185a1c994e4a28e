-- What the sides say different things of, or only one has.
-- Columns: what names it: two ids and a text; what each says (NULL where it has none); by what names it.
SELECT first, second, third, a, b FROM item WHERE a IS NOT b ORDER BY first, second, third;
