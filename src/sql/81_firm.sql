/*
 * 81_firm.sql - handing plans over to the orders of the business.
 */
CREATE TYPE promise.firmed_part AS (
	item		text,
	location	text,
	quantity	numeric,
	at			timestamptz
);
COMMENT ON TYPE promise.firmed_part IS 'what an order takes, or yields besides';
COMMENT ON COLUMN promise.firmed_part.item IS 'the item';
COMMENT ON COLUMN promise.firmed_part.location IS 'where';
COMMENT ON COLUMN promise.firmed_part.quantity IS 'how much; always positive';
COMMENT ON COLUMN promise.firmed_part.at IS 'when';

CREATE TYPE promise.firmed_load AS (
	step		integer,
	resource	text,
	units		numeric,
	during		tstzrange,
	setup_state	text,
	changeover	interval
);
COMMENT ON TYPE promise.firmed_load IS 'what an order occupies; as promise.load';
COMMENT ON COLUMN promise.firmed_load.step IS 'number of the step';
COMMENT ON COLUMN promise.firmed_load.resource IS 'the resource';
COMMENT ON COLUMN promise.firmed_load.units IS 'units in use';
COMMENT ON COLUMN promise.firmed_load.during IS 'when';
COMMENT ON COLUMN promise.firmed_load.setup_state IS
'state that it leaves the resource in; NULL: as it was';
COMMENT ON COLUMN promise.firmed_load.changeover IS
'working time within it that it takes to bring the resource into that state; NULL: none';

CREATE TYPE promise.firmed AS (
	ref				text,
	plan			bigint,
	lot				integer,
	for_lot			integer,
	kind			text,
	item			text,
	location		text,
	quantity		numeric,
	source			text,
	supplier		text,
	from_location	text,
	start_at		timestamptz,
	ready_at		timestamptz,
	yields			promise.firmed_part[],
	components		promise.firmed_part[],
	loads			promise.firmed_load[]
);
COMMENT ON TYPE promise.firmed IS 'an order that the business is to write for a lot that was planned';
COMMENT ON COLUMN promise.firmed.ref IS 'the promise that it was planned for, or passed to';
COMMENT ON COLUMN promise.firmed.plan IS 'number of the plan';
COMMENT ON COLUMN promise.firmed.lot IS 'number of the lot in the plan';
COMMENT ON COLUMN promise.firmed.for_lot IS
'number of the lot that takes it; NULL: it is for the promise itself';
COMMENT ON COLUMN promise.firmed.kind IS 'make, buy, move or kit';
COMMENT ON COLUMN promise.firmed.item IS 'what to order';
COMMENT ON COLUMN promise.firmed.location IS 'where it is needed';
COMMENT ON COLUMN promise.firmed.quantity IS 'how much the order yields';
COMMENT ON COLUMN promise.firmed.source IS 'the source that it comes from';
COMMENT ON COLUMN promise.firmed.supplier IS 'who supplies it; NULL: nobody is named';
COMMENT ON COLUMN promise.firmed.from_location IS 'where it is moved from; NULL: it is not moved';
COMMENT ON COLUMN promise.firmed.start_at IS 'when it begins';
COMMENT ON COLUMN promise.firmed.ready_at IS 'when it yields';
COMMENT ON COLUMN promise.firmed.yields IS 'what it yields besides';
COMMENT ON COLUMN promise.firmed.components IS 'what it takes, if that was handed over';
COMMENT ON COLUMN promise.firmed.loads IS 'what it occupies, if that was handed over';

CREATE FUNCTION promise.firm(
	ref text,
	lot integer DEFAULT NULL,
	plan bigint DEFAULT NULL,
	components boolean DEFAULT true,
	loads boolean DEFAULT true
) RETURNS SETOF promise.firmed
	AS 'MODULE_PATHNAME', 'promise_firm'
	LANGUAGE C VOLATILE PARALLEL UNSAFE COST 20000 ROWS 10;
COMMENT ON FUNCTION promise.firm(text, integer, bigint, boolean, boolean) IS
'hands the lots planned for a promise, or one of them, over to orders that the same transaction writes: they do not count as planned from then on; no row: all of them were handed over before';
