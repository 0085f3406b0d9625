-- The tour of ./demo: what can be promised, when, and why not sooner.
\pset footer off
\pset null '-'
\set ECHO queries

\echo
\echo '1. The values behind it work in any query.'
\echo
\echo 'A profile is a step function of time: what will be there when.'
\echo
SELECT s.at, s.quantity
  FROM (SELECT promise.profile(at, -quantity) AS open
          FROM promise.commitment WHERE item = 'BIKE') AS p,
       promise.steps(p.open) AS s;
\echo 'A calendar is working time: six hours'' work from Friday afternoon on, over'
\echo 'the night in which the clocks go back.'
\echo
SELECT promise.shift('Europe/Berlin; Mon-Fri 08:00-17:00', '2026-10-23 15:00', '6 hours') AS done_at;
SELECT promise.working_time('Europe/Berlin; daily 22:00-06:00',
                            '2026-10-24 22:00', '2026-10-25 06:00') AS a_long_night;

\echo
\echo 'README.md goes on from here: mapping your own tables, and every function.'
