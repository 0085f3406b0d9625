-- The story of ./demo story: one promise from the telephone to the scoreboard, by
-- those who sell and those who deliver.  Everybody logs in as a role of their own;
-- between the scenes a superuser moves the clock.
-- The works are loaded by doc/story_plant.sql.
\pset footer off
\pset null ''
\pset format wrapped
\pset columns 96
\set ECHO queries
\set SHOW_CONTEXT never

\echo 'A maker of cargo bikes.  Kim and Pat sell, Rosa is their manager; Olga runs operations, and'
\echo 'Sven talks to the suppliers.  Each of them is logged in as a role of their own, with the'
\echo 'rights of their work (promise.grant_script).'
\echo
\echo '=== Monday, 23 November, ten past eight: what may Kim promise without asking anybody?'
\echo
\echo 'Sales and operations have agreed on it once.  It is three rows of promise.policy:'
\echo
\connect - kim
SELECT limit_name AS limit, policy AS guideline, allowed
  FROM promise.allowed('CARGO', customer => 'City Bikes');

\echo
\echo '=== Nine o''clock: the telephone'
\echo
\echo 'City Bikes open a shop on Saturday and want six cargo bikes on Friday.  Kim says yes before'
\echo 'she has looked.  The database does not:'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-11-23 09:00+01';
\set ECHO queries
\connect - kim
\set ON_ERROR_STOP off
SELECT promise.commit('SO-203', 'CARGO', 6, '2026-11-27', customer => 'City Bikes', seller => 'Kim',
         price => 3900, cost => 2900, currency => 'EUR');
\set ON_ERROR_STOP on
\echo
\echo 'She is told who has the bikes (order SO-201 of Velo Weber), what would free more of them'
\echo '(purchase PO-31), and the nearest yes.  Friday is also sooner than what was agreed on:'
\echo
SELECT policy AS guideline, wanted, allowed, hint
  FROM promise.check_policy('CARGO', 6, '2026-11-27', customer => 'City Bikes', price => 3900, cost => 2900);

\echo 'City Bikes cannot wait.  Kim may not promise it alone, but she may ask:'
\echo
SELECT promise.ask_exception('SO-203', 'CARGO', 6, '2026-11-27', 'They open on Saturday, and the press comes.',
         urgency => 'urgent', customer => 'City Bikes', seller => 'Kim',
         price => 3900, cost => 2900, currency => 'EUR') AS exception;

\echo 'Nothing is promised yet, and nobody decides on what they have asked for:'
\echo
\set ON_ERROR_STOP off
SELECT promise.sign_exception(1, 'sales', 'Looks good to me.');
\set ON_ERROR_STOP on

\echo
\echo '=== Ten o''clock: both sides decide'
\echo
\echo 'Olga finds it on her list, with its value and by when she has to answer:'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-11-23 10:00+01';
\set ECHO queries
\connect - olga
SELECT ref, customer, quantity, item, at::date, missing, value, currency,
       to_char(answer_by, 'Dy HH24:MI') AS answer_by
  FROM promise.exceptions WHERE standing = 'pending';

\echo 'She knows that Velo Weber are rebuilding, and would take theirs a few days later.  That is'
\echo 'the plan, and she signs for operations:'
\echo
SELECT promise.comment_exception(1, 'Velo Weber are rebuilding until 7 December.', 'operations');
SELECT promise.plan_move(1, 'SO-201', '2026-12-04');
SELECT promise.sign_exception(1, 'operations');

\echo 'Rosa reads what has been said, and signs for sales.  The last signature carries out the plan'
\echo 'and gives the promise, in one transaction, judged by the guard like any other:'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-11-23 11:30+01';
\set ECHO queries
\connect - rosa
SELECT who, side, kind, what FROM promise.exception_history(1)
 WHERE kind IN ('comment', 'move', 'sign');
SELECT promise.sign_exception(1, 'sales');
SELECT ref, customer, quantity, at::date FROM promise.commitment ORDER BY ref;

\echo
\echo '=== Noon: operations are told'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-11-23 12:00+01';
\set ECHO queries
\connect - olga
SELECT ref, item, quantity, at::date, news, to_char(acknowledge_by, 'Dy HH24:MI') AS acknowledge_by
  FROM promise.feed ORDER BY ref;
SELECT promise.acknowledge('SO-203', 'Packed on Thursday.');
\echo 'Kim sees who has seen what; for the others they have until tomorrow:'
\echo
\connect - kim
SELECT ref, role_name, news, acknowledged_by FROM promise.notices ORDER BY ref;

\echo
\echo '=== Friday, 27 November: SO-203 leaves the house'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-11-27 11:00+01';
\set ECHO queries
\connect - olga
SELECT promise.deliver('SO-203') AS still_open;

\echo
\echo '=== Monday, 30 November: the supplier slips'
\echo
\echo 'Sven has him on the telephone: PO-31 comes on the tenth, not on the third.  Supply may always'
\echo 'change, but who is hit is recorded at once:'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-11-30 09:00+01';
\set ECHO queries
\connect - sven
UPDATE promise.supply SET at = '2026-12-10 14:00' WHERE ref = 'PO-31';
SELECT ref, promised_at::date, missing, reason, feasible_at FROM promise.open_alerts;
SELECT promise.chart('CARGO', within => '[2026-11-30, 2026-12-14)');

\echo 'SO-201 is Pat''s.  He sees the conflict with its cause, and the date that is possible:'
\echo
\connect - pat
SELECT ref, quantity, promised_at::date, missing, takers, receipts, feasible_at
  FROM promise.conflicts();

\echo 'He calls Velo Weber, four days ahead, and changes the promise to what he has told them.  A later'
\echo 'date needs nobody''s signature:'
\echo
SELECT quantity, due::date FROM promise.change('SO-201', due => '2026-12-10');
SELECT count(*) AS conflicts FROM promise.conflicts();

\echo
\echo '=== The week of 7 December: the rest is delivered'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-12-09 15:00+01';
\set ECHO queries
\connect - olga
SELECT promise.deliver('SO-202') AS still_open;
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-12-10 15:00+01';
\set ECHO queries
\connect - olga
SELECT promise.deliver('SO-201') AS still_open;

\echo
\echo '=== Monday, 14 December: one scoreboard'
\echo
\echo 'Sales look at it by seller.  Kept is what came in full by the day that the customer asked for'
\echo 'at first; last_kept is what came by the last promise:'
\echo
\set ECHO none
\connect - :superuser
ALTER DATABASE story SET promise.clock = '2026-12-14 08:00+01';
\set ECHO queries
\connect - rosa
SELECT name AS seller, lines, kept, last_kept, slips, slip_days, notice_days, exceptions, overridden
  FROM promise.scoreboard('seller', '[2026-11-01, 2027-01-01)');

\echo 'Operations look at it by item, and line by line.  The orders are the same, and so are the numbers:'
\echo
\connect - olga
SELECT name AS item, lines, kept, last_kept, slips, slip_days, notice_days, exceptions, overridden
  FROM promise.scoreboard('item', '[2026-11-01, 2027-01-01)');
SELECT ref, customer, seller, asked_day, last_at::date, kept, last_kept
  FROM promise.scoreboard_lines('[2026-11-01, 2027-01-01)') ORDER BY ref;

\echo 'Velo Weber have waited so that City Bikes could open.  Nobody has to argue about that: who moved'
\echo 'SO-201, from when to when, and on which day they were told is written down, and stays so.'
\echo
SELECT ref, was_at::date, now_at::date, told_at::date, who
  FROM promise.slip JOIN promise.ledger USING (ref, entry) ORDER BY entry;

\echo 'Ann audits.  Who promised SO-203, what was expected by then and what of it was taken, and who had'
\echo 'agreed to it?'
\echo
\connect - ann
SELECT who, offered, supply, demand, exception, sales_signed_by, operations_signed_by
  FROM promise.audit WHERE ref = 'SO-203' AND kind = 'commit';

\echo 'And which guideline should Rosa and Olga talk about?'
\echo
\connect - olga
SELECT guideline, asked, approved, rejected, median_hours FROM promise.exception_statistics();

\echo
\echo 'doc/bridge.md has all of this on one page; doc/guidelines.md sets up your own guidelines in ten'
\echo 'statements.'
