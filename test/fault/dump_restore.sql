-- Rows in every table of the extension, for dump_restore.
CREATE EXTENSION promise;
