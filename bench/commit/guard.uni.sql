\set il random(1, 100000)
\set d random(200, 360)
INSERT INTO shop.line (il, t, qty, kind) VALUES (:il, timestamptz '2026-01-01 00:00+00' + :d * interval '1 day', 1, 'p');
