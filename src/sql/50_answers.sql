/* the questions: what can be promised, when, and why not sooner */

CREATE TYPE promise.reason AS ENUM (
	'stock',
	'receipt_late',
	'receipt_overdue',
	'component',
	'capacity',
	'calendar_exhausted',
	'lead_time',
	'fence',
	'lot_size',
	'effectivity',
	'allocation',
	'policy',
	'horizon',
	'no_source',
	'unknown_item'
);
COMMENT ON TYPE promise.reason IS
'why a promise is late or impossible: one list for all answers';

CREATE TYPE promise.offer AS (
	ref				text,
	option			integer,
	part			integer,
	kind			text,
	item			text,
	location		text,
	quantity		numeric,
	available_at	timestamptz,
	due				timestamptz,
	on_time			boolean,
	reason			promise.reason,
	detail			text,
	cost			numeric,
	currency		text,
	valid_until		timestamptz
);
COMMENT ON TYPE promise.offer IS
'one way to deliver, or one part of it';
COMMENT ON COLUMN promise.offer.ref IS 'ref of the request; NULL if it has none';
COMMENT ON COLUMN promise.offer.option IS 'number of the way to deliver, 1 is the best';
COMMENT ON COLUMN promise.offer.part IS 'number of the part within the option, in order of date';
COMMENT ON COLUMN promise.offer.kind IS
'whole (in time), later (after the date asked for), elsewhere (from another location), parts (all in several parts), partial (what can be had of it), make, buy, move or kit (all at once, if that is done), substitute (another item would do), none (cannot be had)';
COMMENT ON COLUMN promise.offer.item IS 'what is delivered';
COMMENT ON COLUMN promise.offer.location IS 'where it is delivered from';
COMMENT ON COLUMN promise.offer.quantity IS 'quantity of this part, in the unit of the item';
COMMENT ON COLUMN promise.offer.available_at IS
'first instant at which this part can be taken without breaking an accepted promise; NULL if never';
COMMENT ON COLUMN promise.offer.due IS 'the date asked for; NULL if none';
COMMENT ON COLUMN promise.offer.on_time IS 'is this part available by the date asked for';
COMMENT ON COLUMN promise.offer.reason IS
'why this part is not available by the date asked for, or now if none is asked or it has passed; NULL if it is';
COMMENT ON COLUMN promise.offer.detail IS
'the reason in words: what binds, how much is missing, what frees it and when';
COMMENT ON COLUMN promise.offer.cost IS 'what the lots of its plan cost, as far as that is known; NULL: it is not, or there is no plan';
COMMENT ON COLUMN promise.offer.currency IS 'currency of the cost';
COMMENT ON COLUMN promise.offer.valid_until IS
'until when the offer can be accepted unchanged, if nobody else takes it (setting promise.grain)';

CREATE TYPE promise.request AS (
	item			text,
	quantity		numeric,
	due				promise.due,
	location		text,
	ref				text
);
COMMENT ON TYPE promise.request IS
'one line of a question about many: see promise.request() and promise.quote_lines()';
COMMENT ON COLUMN promise.request.item IS 'what is asked for';
COMMENT ON COLUMN promise.request.quantity IS 'how much, in the unit of the item, above zero';
COMMENT ON COLUMN promise.request.due IS 'by when; NULL: as early as possible';
COMMENT ON COLUMN promise.request.location IS 'from where; NULL: from the best location';
COMMENT ON COLUMN promise.request.ref IS 'returned with the offers for this line';

CREATE FUNCTION promise.request(
	item text,
	quantity numeric,
	due promise.due DEFAULT NULL,
	location text DEFAULT NULL,
	ref text DEFAULT NULL
) RETURNS promise.request
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN ROW(item, quantity, due, location, ref)::promise.request;
COMMENT ON FUNCTION promise.request(text, numeric, promise.due, text, text) IS
'make a line for promise.quote_lines()';

CREATE FUNCTION promise.quote(
	item text,
	quantity numeric,
	due promise.due DEFAULT NULL,
	location text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	parts_max integer DEFAULT 2,
	part_minimum numeric DEFAULT NULL,
	ship_complete boolean DEFAULT false,
	method text DEFAULT 'lookahead',
	objective text DEFAULT 'earliest',
	placement text DEFAULT 'asap',
	effort integer DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	seller text DEFAULT NULL,
	price numeric DEFAULT NULL,
	cost numeric DEFAULT NULL
) RETURNS SETOF promise.offer
	AS 'MODULE_PATHNAME', 'promise_quote'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 3;
COMMENT ON FUNCTION promise.quote(text, numeric, promise.due, text, timestamptz, text[], integer, numeric, boolean, text, text, text, integer, text, text, text, numeric, numeric) IS
'the ways to deliver a quantity, best first: complete and on time, then by completion date, fewer parts, location';

CREATE FUNCTION promise.quote_lines(
	lines promise.request[],
	together boolean DEFAULT false,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	parts_max integer DEFAULT 2,
	part_minimum numeric DEFAULT NULL,
	ship_complete boolean DEFAULT false,
	objective text DEFAULT 'earliest',
	placement text DEFAULT 'asap',
	effort integer DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	seller text DEFAULT NULL
) RETURNS SETOF promise.offer
	AS 'MODULE_PATHNAME', 'promise_quote_lines'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 20;
COMMENT ON FUNCTION promise.quote_lines(promise.request[], boolean, timestamptz, text[], integer, numeric, boolean, text, text, integer, text, text, text) IS
'the best offer for each line, lines competing in the given order; together: all at the earliest common date';

CREATE FUNCTION promise.quote_query(
	query text,
	together boolean DEFAULT false,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	parts_max integer DEFAULT 2,
	part_minimum numeric DEFAULT NULL,
	ship_complete boolean DEFAULT false,
	objective text DEFAULT 'earliest',
	placement text DEFAULT 'asap',
	effort integer DEFAULT NULL
) RETURNS SETOF promise.offer
	AS 'MODULE_PATHNAME', 'promise_quote_query'
	LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 10000;
COMMENT ON FUNCTION promise.quote_query(text, boolean, timestamptz, text[], integer, numeric, boolean, text, text, integer) IS
'quote_lines() for the rows of a query with columns item, quantity and, if there are any, due, location, ref, customer, channel, zone, seller, price, cost, currency';

CREATE FUNCTION promise.earliest(
	item text,
	quantity numeric,
	location text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	method text DEFAULT 'lookahead',
	effort integer DEFAULT NULL
) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'promise_earliest'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 5000;
COMMENT ON FUNCTION promise.earliest(text, numeric, text, timestamptz, text[], text, integer) IS
'earliest date for the whole quantity from one location; NULL if never within the horizon';

CREATE FUNCTION promise.feasible(
	item text,
	quantity numeric,
	due promise.due,
	location text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	method text DEFAULT 'lookahead',
	effort integer DEFAULT NULL
) RETURNS boolean
	AS 'MODULE_PATHNAME', 'promise_feasible'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 5000;
COMMENT ON FUNCTION promise.feasible(text, numeric, promise.due, text, timestamptz, text[], text, integer) IS
'can the whole quantity be delivered by a date without breaking an accepted promise';

CREATE FUNCTION promise.windows(
	item text,
	quantity numeric,
	within tstzrange,
	location text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	method text DEFAULT 'lookahead',
	effort integer DEFAULT NULL
) RETURNS tstzmultirange
	AS 'MODULE_PATHNAME', 'promise_windows'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 5000;
COMMENT ON FUNCTION promise.windows(text, numeric, tstzrange, text, timestamptz, text[], text, integer) IS
'every instant at which the whole quantity could be delivered from one location';

CREATE FUNCTION promise.availability(
	item text,
	location text DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	method text DEFAULT 'lookahead',
	OUT at timestamptz,
	OUT supply numeric,
	OUT demand numeric,
	OUT balance numeric,
	OUT atp numeric,
	OUT location_name text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'promise_availability'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 50;
COMMENT ON FUNCTION promise.availability(text, text, text[], text) IS
'the time-phased picture of one item: a row for now and for each later change, location by location; atp is what can be promised from then on (Infinity once it can be replenished)';

CREATE FUNCTION promise.explain(
	item text,
	quantity numeric,
	due promise.due DEFAULT NULL,
	location text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	method text DEFAULT 'lookahead',
	objective text DEFAULT 'earliest',
	placement text DEFAULT 'asap',
	effort integer DEFAULT NULL,
	parts_max integer DEFAULT 2,
	part_minimum numeric DEFAULT NULL,
	ship_complete boolean DEFAULT false,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	seller text DEFAULT NULL,
	price numeric DEFAULT NULL,
	cost numeric DEFAULT NULL
) RETURNS SETOF text
	AS 'MODULE_PATHNAME', 'promise_explain'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 15;
COMMENT ON FUNCTION promise.explain(text, numeric, promise.due, text, timestamptz, text[], text, text, text, integer, integer, numeric, boolean, text, text, text, numeric, numeric) IS
'why: the answer as an indented tree, with what binds and what frees at each location, and the plan if it has one';
