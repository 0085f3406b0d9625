-- The business that the writers work for: order lines and receipts of its own.
CREATE SCHEMA shop;
CREATE SEQUENCE shop.number;

-- A row is the last thing that a transaction writes.  Its number is drawn when
-- all deferred checks before it have been made, and all locks are still held.
CREATE TABLE shop.done (
	worker integer,
	transaction integer,
	number bigint,
	PRIMARY KEY (worker, transaction)
);
CREATE FUNCTION shop.draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE shop.done SET number = nextval('shop.number')
	WHERE worker = NEW.worker AND transaction = NEW.transaction;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER draw AFTER INSERT ON shop.done
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop.draw();

CREATE TABLE shop.line (
	line text PRIMARY KEY,
	item integer NOT NULL,
	quantity numeric NOT NULL,
	due timestamptz NOT NULL,
	state text NOT NULL
);
-- covering: claims that others have not committed can be read
CREATE INDEX ON shop.line (item, due) INCLUDE (quantity) WHERE state = 'confirmed';
CREATE TABLE shop.receipt (
	receipt text PRIMARY KEY,
	item integer NOT NULL,
	quantity numeric NOT NULL,
	at timestamptz NOT NULL
);
CREATE INDEX ON shop.receipt (item);
