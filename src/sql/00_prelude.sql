/*
 * promise: the install script, concatenated from src/sql/ in the order of the
 * numbers.  Everything lives in schema "promise", which CREATE EXTENSION makes.
 */
\echo Use "CREATE EXTENSION promise" to load this file. \quit

COMMENT ON SCHEMA @extschema@ IS
'delivery dates that can be kept: available-to-promise inside the database';
