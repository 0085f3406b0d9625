-- The story of somebody who has just created the extension and looks around.
BEGIN;
SELECT plan(4);

SELECT has_extension('promise', 'the extension is there');
SELECT matches((SELECT extversion FROM pg_extension WHERE extname = 'promise'),
               '^[0-9]+[.][0-9]+[.][0-9]+$', 'in a version of three numbers');
SELECT has_schema('promise', 'everything it has is in one schema');
SELECT throws_ok('ALTER EXTENSION promise SET SCHEMA public', '0A000',
                 'extension "promise" does not support SET SCHEMA',
                 'which is its own');

SELECT * FROM finish();
ROLLBACK;
