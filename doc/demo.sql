-- The tour of ./demo: what can be promised, when, and why not sooner.
\pset footer off

\echo
\echo '1. When a day is due'
\echo
\echo 'A bare date means the end of that day where the business is, whatever the'
\echo 'time zone of the session.'
\echo
\set ECHO queries
SELECT promise.due(DATE '2026-03-29') AS due;
