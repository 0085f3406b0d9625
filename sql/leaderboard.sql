/*
 * The leaderboard and retention, on rows that were made so that the numbers are
 * known beforehand.  No guard is needed: a row that was delivered says when.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'UTC';
SET promise.clock = '2026-07-01 08:00+00';

-- lines per seller, of which so many are missed; before and after 1 April
CREATE FUNCTION public.sold(seller text, month date, lines integer, missed integer) RETURNS void LANGUAGE sql AS $$
	INSERT INTO promise.commitment (ref, item, at, quantity, requested_at, requested_quantity, accepted_at,
									delivered_at, seller, customer)
	SELECT format('%s %s %s', seller, month, to_char(n, 'FM000')), 'lamp', due, 0, due, 1, due - interval '9 days',
		   due + CASE WHEN n <= missed THEN interval '1 day' ELSE interval '-1 hour' END, seller, seller || n
	FROM generate_series(1, lines) AS n, LATERAL (SELECT month + n % 28 * interval '1 day' + interval '20 hours') AS d (due)
$$;
SELECT public.sold('Ann', '2026-02-01', 200, 60), public.sold('Ann', '2026-05-01', 200, 10),
	public.sold('Bob', '2026-02-01', 200, 50), public.sold('Bob', '2026-05-01', 200, 50),
	public.sold('Cleo', '2026-02-01', 50, 10), public.sold('Cleo', '2026-05-01', 50, 12),
	public.sold('Dan', '2026-02-01', 300, 30), public.sold('Dan', '2026-05-01', 300, 140),
	public.sold('Eve', '2026-05-01', 3, 0);
SELECT rank, name, lines, kept, share, share_low AS low, share_high AS high, stands_out FROM promise.leaderboard('seller', '[2026-04-01,2026-07-01)');
SELECT name, streak, best_streak, lines_before AS before, share_before, change, change_low, change_high, trend
FROM promise.leaderboard('seller', '[2026-04-01,2026-07-01)');
SELECT rank, name FROM promise.leaderboard('seller', '[2026-04-01,2026-07-01)', minimum => 100);

-- streaks, counted otherwise
WITH line AS (
	SELECT seller, kept, row_number() OVER (PARTITION BY seller ORDER BY asked_day DESC, ref COLLATE "C" DESC) AS place
	FROM promise.scoreboard_lines('[2026-04-01,2026-07-01)')
)
SELECT seller, COALESCE(min(place) FILTER (WHERE NOT kept) - 1, count(*)) AS streak FROM line GROUP BY seller ORDER BY seller;

-- the last 90 days, if no range is given
SELECT name, lines, lines_before FROM promise.leaderboard('item');
SELECT promise.leaderboard('seller', '[2026-04-01,)');
SELECT promise.leaderboard('seller', 'empty');
DELETE FROM promise.commitment;
SELECT * FROM promise.leaderboard();

/*
 * Retention: whose promise was kept ordered again after ten days, whose was not
 * after forty, or never.
 */
INSERT INTO promise.commitment (ref, item, at, quantity, requested_at, requested_quantity, accepted_at, delivered_at, customer)
SELECT ref, 'lamp', due, 0, due, 1, accepted, delivered, customer
FROM (VALUES
	('1', 'Ada', '2026-01-01'::timestamptz, '2026-01-10 12:00+00'::timestamptz, '2026-01-10 12:00+00'::timestamptz),
	('2', 'Ada', '2026-01-20', '2026-01-25', '2026-01-25'),
	('3', 'Bob', '2026-01-01', '2026-01-10', '2026-01-12'),
	('4', 'Bob', '2026-02-20', '2026-02-25', '2026-02-25'),
	('5', 'Cy', '2026-01-01', '2026-01-10', '2026-01-12'),
	('6', 'Cy', '2026-01-01', '2026-01-10', '2026-01-10'),
	('7', NULL, '2026-01-01', '2026-01-10', '2026-01-10'),
	('8', 'Dee', '2026-06-01', '2026-06-20', '2026-06-20')) AS v (ref, customer, accepted, due, delivered);
SELECT * FROM promise.retention();
SELECT * FROM promise.retention(within => '30 days');
SELECT * FROM promise.retention('[2026-02-01,2026-03-01)');

DELETE FROM promise.commitment;
DROP FUNCTION public.sold;
RESET promise.clock;
