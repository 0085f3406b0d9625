/*
 * 77_plan.sql - plans: how a quantity could be had, and what has been planned.
 */
CREATE TYPE promise.plan_row AS (
	"row"		integer,
	parent		integer,
	level		integer,
	kind		text,
	item		text,
	location	text,
	source		text,
	step		integer,
	resource	text,
	quantity	numeric,
	start_at	timestamptz,
	end_at		timestamptz,
	reason		promise.reason,
	detail		text,
	ref			text,
	critical	boolean
);
COMMENT ON TYPE promise.plan_row IS
'one change that a plan makes: what is taken, made, bought or moved, or what a step occupies';
COMMENT ON COLUMN promise.plan_row."row" IS 'number of the row, from the request down';
COMMENT ON COLUMN promise.plan_row.parent IS 'the row that it is for; NULL: the request itself';
COMMENT ON COLUMN promise.plan_row.level IS 'depth below the request';
COMMENT ON COLUMN promise.plan_row.kind IS
'demand (of the request or of a lot), make, buy, move or kit (a lot), yield (a co-product), step (what one occupies), none (there is no plan)';
COMMENT ON COLUMN promise.plan_row.item IS 'the item that is taken or yielded';
COMMENT ON COLUMN promise.plan_row.location IS 'where';
COMMENT ON COLUMN promise.plan_row.source IS 'the source of the lot';
COMMENT ON COLUMN promise.plan_row.step IS 'number of the step';
COMMENT ON COLUMN promise.plan_row.resource IS 'what the step occupies; NULL: nothing';
COMMENT ON COLUMN promise.plan_row.quantity IS
'change of the balance: supply is positive, demand negative; units of the resource';
COMMENT ON COLUMN promise.plan_row.start_at IS 'when it is taken, or when the lot or the step begins';
COMMENT ON COLUMN promise.plan_row.end_at IS 'when the lot yields, or when the step ends';
COMMENT ON COLUMN promise.plan_row.reason IS 'why it could not be had sooner, or at all; NULL: it could be had at once';
COMMENT ON COLUMN promise.plan_row.detail IS
'what of it is there without a lot, or what is missing; firm: a lot that was handed over to the orders of the business';
COMMENT ON COLUMN promise.plan_row.ref IS
'the promise that it is planned for; NULL: what is asked for. A plan that is moved for that has its rows after it';
COMMENT ON COLUMN promise.plan_row.critical IS
'whether it is on the critical path, the chain that the date follows from; NULL: there is no plan';

CREATE FUNCTION promise.plan(
	item text,
	quantity numeric,
	due promise.due DEFAULT NULL,
	location text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	objective text DEFAULT 'earliest',
	placement text DEFAULT 'asap',
	effort integer DEFAULT NULL
) RETURNS SETOF promise.plan_row
	AS 'MODULE_PATHNAME', 'promise_plan'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 20;
COMMENT ON FUNCTION promise.plan(text, numeric, promise.due, text, timestamptz, text[], text, text, integer) IS
'how a quantity could be had by a date, or as early as possible: what is taken, made, bought and moved, and what that occupies';

CREATE FUNCTION promise.planned(ref text) RETURNS SETOF promise.plan_row
	AS 'MODULE_PATHNAME', 'promise_planned'
	LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 20;
COMMENT ON FUNCTION promise.planned(text) IS
'what has been planned for a promise, and what it has inherited from others, in the same form';

CREATE TYPE promise.plan_violation AS (
	ref			text,
	rule		text,
	item		text,
	location	text,
	source		text,
	resource	text,
	step		integer,
	at			timestamptz,
	missing		numeric,
	detail		text
);
COMMENT ON TYPE promise.plan_violation IS 'a rule that a plan that was written down breaks';
COMMENT ON COLUMN promise.plan_violation.ref IS 'the promise that it was planned for, or passed to';
COMMENT ON COLUMN promise.plan_violation.rule IS
'shape, balance, shelf_life, supplied, lot_size, lead_time, effectivity, component, work, changeover, precedence, resource, capacity or limit';
COMMENT ON COLUMN promise.plan_violation.item IS 'the item that it is about';
COMMENT ON COLUMN promise.plan_violation.location IS 'where';
COMMENT ON COLUMN promise.plan_violation.source IS 'the source of the lot that it is about';
COMMENT ON COLUMN promise.plan_violation.resource IS 'the resource that it is about';
COMMENT ON COLUMN promise.plan_violation.step IS 'number of the step that it is about';
COMMENT ON COLUMN promise.plan_violation.at IS 'when';
COMMENT ON COLUMN promise.plan_violation.missing IS 'how much is missing; NULL: nothing is counted';
COMMENT ON COLUMN promise.plan_violation.detail IS 'what is wrong, in words';

CREATE FUNCTION promise.check_plan(ref text DEFAULT NULL) RETURNS SETOF promise.plan_violation
	AS 'MODULE_PATHNAME', 'promise_check_plan'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 10;
COMMENT ON FUNCTION promise.check_plan(text) IS
'does what is planned for a promise, or for all of them, still hold? every rule that a plan breaks; no row: all is sound';

CREATE FUNCTION promise.plan_reads(
	item text,
	quantity numeric,
	due promise.due DEFAULT NULL,
	location text DEFAULT NULL,
	OUT nodes bigint,
	OUT events bigint,
	OUT sources bigint,
	OUT components bigint,
	OUT steps bigint,
	OUT resources bigint,
	OUT loads bigint
)
	AS 'MODULE_PATHNAME', 'promise_plan_reads'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000;
COMMENT ON FUNCTION promise.plan_reads(text, numeric, promise.due, text) IS
'how many rows the same question to promise.plan() reads, by what they are';
