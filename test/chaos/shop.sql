-- The business that the writers work for: order lines and receipts of its own.
CREATE SCHEMA shop;
CREATE SEQUENCE shop.number;
CREATE TABLE shop.done (worker integer, transaction integer, PRIMARY KEY (worker, transaction));
CREATE TABLE shop.line (
	line text PRIMARY KEY,
	item integer NOT NULL,
	quantity numeric NOT NULL,
	due timestamptz NOT NULL,
	state text NOT NULL
);
CREATE INDEX ON shop.line (item);
CREATE TABLE shop.receipt (
	receipt text PRIMARY KEY,
	item integer NOT NULL,
	quantity numeric NOT NULL,
	at timestamptz NOT NULL
);
CREATE INDEX ON shop.receipt (item);
