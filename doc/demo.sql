-- The tour of ./demo: what can be promised, when, and why not sooner; and how it
-- is kept.
-- The plant is loaded by doc/demo_plant.sql.
\pset footer off
\pset null '-'
\pset format wrapped
\pset columns 96
\set ECHO queries

\echo 'A bicycle shop, on Monday, 23 November 2026, at ten past eight.'
\echo
\echo '=== 1. What there is'
\echo
\echo 'Every event of the item BIKE in the workshop ("main"), in order of date:'
\echo
SELECT kind, ref, at, quantity FROM promise.events('BIKE', 'main');

\echo 'The basket CART-1 is not among them: that hold expired at eight.'
\echo
\echo 'Added up they give the balance.  ATP, available to promise, is what a new customer'
\echo 'can have from that instant on without taking anything from those who were promised'
\echo 'before, and without the two bicycles of safety stock:'
\echo
SELECT at, supply, demand, balance, atp FROM promise.availability('BIKE', 'main');

\echo 'Although 18 bicycles stand in the workshop today, only 7 are free.'
\echo
SELECT promise.chart('BIKE', 'main');

\echo
\echo '=== 2. What can be promised?'
\echo
\echo 'Five by the first of December?  Yes, from either place:'
\echo
SELECT option, part, kind, location, quantity, available_at, on_time
  FROM promise.quote('BIKE', 5, '2026-12-01');

\echo 'Ten?  In time only in two parts from two places; in one delivery, two days late:'
\echo
SELECT option, part, kind, location, quantity, available_at, on_time
  FROM promise.quote('BIKE', 10, '2026-12-01');

\echo 'Six tomorrow, for somebody who stands in the shop in the north, where five are free?'
\echo 'From elsewhere in time, or there, but later:'
\echo
SELECT option, part, kind, location, quantity, available_at, on_time
  FROM promise.quote('BIKE', 6, '2026-11-24', 'north');

\echo 'Whoever asked for ten wants one delivery.  The answer names what binds, and what frees it:'
\echo
SELECT kind, available_at, reason, detail
  FROM promise.quote('BIKE', 10, '2026-12-01', 'main', ship_complete => true);

\echo 'The short questions: when, whether, and at which instants before Christmas?'
\echo
SELECT promise.earliest('BIKE', 10, 'main'),
       promise.feasible('BIKE', 10, '2026-12-01', 'main');
SELECT promise.windows('BIKE', 10, '[2026-11-23, 2026-12-24)', 'main');

\echo
\echo '=== 3. Why not sooner?'
\echo
SELECT promise.explain('BIKE', 10, '2026-12-01', 'main');

\echo 'Wheels: the purchase PO-8 was due last Thursday and has not come.  It counts a day'
\echo 'from now, the rule unless promise.stocking says otherwise, and the answer says so:'
\echo
SELECT kind, quantity, available_at, detail
  FROM promise.quote('WHEEL', 20, '2026-11-23');

\echo
\echo '=== 4. Many lines at once compete'
\echo
\echo 'Three customers want five bicycles each.  Lines are served in the order given:'
\echo
SELECT ref, part, kind, location, quantity, available_at, on_time
  FROM promise.quote_lines(ARRAY[
         promise.request('BIKE', 5, '2026-12-01', ref => 'Barbara'),
         promise.request('BIKE', 5, '2026-12-01', ref => 'Donald'),
         promise.request('BIKE', 5, '2026-12-01', ref => 'Tony')]);

\echo 'One customer who wants all of it at once: the earliest day for the whole order.'
\echo
SELECT ref, kind, location, quantity, available_at
  FROM promise.quote_lines(ARRAY[
         promise.request('BIKE', 5, ref => 'bicycles'),
         promise.request('WHEEL', 20, ref => 'spare wheels')], together => true);

\echo
\echo '=== 5. What if?'
\echo
\echo 'The production of MO-17 could be done three days sooner.  Change it, ask, take it back:'
\echo
BEGIN;
UPDATE promise.supply SET at = '2026-11-30 14:00' WHERE ref = 'MO-17';
SELECT promise.earliest('BIKE', 10, 'main') AS with_overtime;
ROLLBACK;
SELECT promise.earliest('BIKE', 10, 'main') AS as_planned;

\echo
\echo '=== 6. In place: the tables of your own'
\echo
\echo 'Frames and bells live in the tables of the shop''s ERP.  Nothing is copied: a mapping'
\echo 'says which expression over a row of the table is which column of a role.'
\echo
\o /dev/null
SELECT promise.map('supply', 'shop.stock',
         item => 'sku', location => 'warehouse', quantity => 'on_hand');
SELECT promise.map('supply', 'shop.purchase_line',
         item => 'sku', location => 'warehouse', at => 'expected_on',
         quantity => 'ordered - received', ref => '''PO-'' || id',
         filter => 'state = ''confirmed''');
SELECT promise.map('demand', 'shop.sale_line',
         item => 'sku', location => 'warehouse', at => 'wanted_on',
         quantity => 'ordered - shipped', ref => 'order_no || ''/'' || line_no',
         filter => 'state = ''confirmed''');

\o
\echo
\echo 'The notice is advice: that index would serve the questions.  (On shop.stock and'
\echo 'shop.sale_line there is one already.)  Rows that cannot be read are listed, never'
\echo 'dropped in silence:'
\echo
SELECT relation, key, ref, problem FROM promise.mapping_problems;

\echo 'A plain date in a table means the end of that day where the goods are:'
\echo
SELECT at, quantity, ref, relation FROM promise.events('FRAME');

\echo 'Now every question works on them.  All quotations of the shop, in one query:'
\echo
SELECT ref, kind, location, quantity, available_at, on_time, reason
  FROM promise.quote_query($$
         SELECT order_no || '/' || line_no AS ref, sku AS item,
                ordered - shipped AS quantity, wanted_on AS due
           FROM shop.sale_line WHERE state = 'quotation'
          ORDER BY order_no, line_no $$);

\echo 'The ERP goes on as before; what it writes counts at once:'
\echo
SELECT promise.earliest('FRAME', 12) AS before;
UPDATE shop.purchase_line SET expected_on = '2026-11-26' WHERE id = 7;
SELECT promise.earliest('FRAME', 12) AS after_the_supplier_called;

\echo
\echo '=== 7. Is it true?'
\echo
\echo 'Answers can be checked against the rows, in plain SQL that shares nothing with the'
\echo 'engine: would the balance be short at any instant if all of them were accepted, and'
\echo 'could any have been earlier?  No row means no.'
\echo
SELECT count(*) AS problems
  FROM promise.check_offers(ARRAY(
         SELECT o FROM promise.quote_query($$
           SELECT sku AS item, ordered - shipped AS quantity, wanted_on AS due
             FROM shop.sale_line WHERE state = 'quotation' $$) AS o));

\echo 'Ten bicycles given away in the workshop today would use up the safety stock, and leave'
\echo 'one too few for the basket CART-2:'
\echo
SELECT at, balance, required, missing FROM promise.check_balance('BIKE', 10);

\echo
\echo '=== 8. Promises are kept'
\echo
\echo 'So far nothing keeps the shop from confirming what it cannot deliver.  One call guards the'
\echo 'table, with the expressions of its mapping:'
\echo
SELECT promise.protect('shop.sale_line');

\echo 'A clerk confirms the quotation of twelve bells by Friday:'
\echo
\set ON_ERROR_STOP off
UPDATE shop.sale_line SET state = 'confirmed' WHERE order_no = 'S-33' AND line_no = 2;
\set ON_ERROR_STOP on
\echo
\echo 'The ERP need not know of any of this: to it that is an error like a broken foreign key.'
\echo 'With a date that can be kept the order passes:'
\echo
UPDATE shop.sale_line SET state = 'confirmed', wanted_on = '2026-12-01'
 WHERE order_no = 'S-33' AND line_no = 2
RETURNING order_no, line_no, sku, ordered, wanted_on, state;

\echo 'Bicycles have no order table; their promises are kept by the extension.  Donald takes five'
\echo 'of the seven that are free:'
\echo
SELECT location, quantity, available_at, on_time
  FROM promise.commit('SO-105', 'BIKE', 5, '2026-12-01', 'main', customer => 'Donald');

\echo 'Barbara wants five, too.  From another session at the same time she would wait until Donald'
\echo 'is served, and then be told the same: no, and what would do instead.'
\echo
\set ON_ERROR_STOP off
SELECT promise.commit('SO-106', 'BIKE', 5, '2026-12-01', 'main', customer => 'Barbara');
\set ON_ERROR_STOP on

\echo
\echo '=== 9. Reality does not ask'
\echo
\echo 'The workshop reports that MO-17 will be done eleven days late.  Supply may always change;'
\echo 'where it is guarded, too, those who are hit are recorded:'
\echo
SELECT promise.protect('promise.supply');
UPDATE promise.supply SET at = '2026-12-14 14:00' WHERE ref = 'MO-17';
SELECT ref, promised_at, missing, feasible_at, reason FROM promise.open_alerts;

\echo 'All promises that cannot be kept, with the orders that take what is missing, the receipts'
\echo 'that come too late, and the date that could be promised instead:'
\echo
SELECT ref, promised_at, missing, feasible_at, takers, receipts
  FROM promise.conflicts('BIKE');
SELECT promise.chart('BIKE', 'main', '[2026-11-23, 2026-12-18)');

\echo 'Whoever calls the customer changes the promise.  The ledger forgets nothing:'
\echo
SELECT quantity, available_at FROM promise.change('SO-102', due => '2026-12-14 14:00');
SELECT count(*) AS conflicts FROM promise.conflicts();
SELECT kind, at, change, open FROM promise.history('SO-102');

\echo
\echo '=== 10. The values behind it work in any query'
\echo
\echo 'A profile is a step function of time: here, stock and movements from plain VALUES.'
\echo
SELECT s.at, s.quantity AS balance, promise.value_at(promise.atp(p.balance), s.at) AS available
  FROM (SELECT promise.profile(at::timestamptz, quantity) AS balance
          FROM (VALUES ('-infinity', 30), ('2026-12-07', -10),
                       ('2026-12-14', 20), ('2026-12-21', -15)) AS move (at, quantity)) AS p,
       promise.steps(p.balance) AS s;

\echo 'A calendar is working time: six hours of work from Friday afternoon on, and the night'
\echo 'shift in which the clocks go back.'
\echo
SELECT promise.shift('Europe/Berlin; Mon-Fri 08:00-17:00',
                     '2026-10-23 15:00', '6 hours') AS done_at,
       promise.working_time('Europe/Berlin; daily 22:00-06:00',
                            '2026-10-24 22:00', '2026-10-25 06:00') AS a_long_night;

\echo
\echo 'README.md goes on from here: from an empty database to your own tables.'
