/*
 * 86_exception_life.sql - the life of an exception: asked for, talked over,
 * planned, signed by both sides or rejected.
 */

/*
 * What is missing where the promise would count: as the guard counts it,
 * without regard to safety stock.
 */
CREATE FUNCTION promise.exception_missing(
	ref text,
	item text,
	quantity numeric,
	due timestamptz,
	location text
) RETURNS numeric
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000
BEGIN ATOMIC
	SELECT greatest(0, exception_missing.quantity OPERATOR(pg_catalog.-) COALESCE(pg_catalog.min(a.balance), 0))
	FROM (SELECT v.balance, pg_catalog.lead(v.at) OVER (ORDER BY v.at) AS until
		  FROM promise.availability(exception_missing.item, exception_missing.location, ARRAY[exception_missing.ref]) AS v) AS a
	WHERE a.until IS NULL OR a.until OPERATOR(pg_catalog.>) exception_missing.due;
END;
COMMENT ON FUNCTION promise.exception_missing(text, text, numeric, timestamptz, text) IS
'how much would be missing at an item and location from a date on if this was promised';

/*
 * Limits of one's own, asked as the guard would if the promise was made.
 */
CREATE FUNCTION promise.check_limits(
	ref text,
	item text,
	quantity numeric,
	due timestamptz,
	location text,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	zone text DEFAULT NULL,
	seller text DEFAULT NULL,
	price numeric DEFAULT NULL,
	cost numeric DEFAULT NULL,
	currency text DEFAULT NULL,
	group_ref text DEFAULT NULL,
	OUT limit_name text,
	OUT detail text,
	OUT hint text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	claim promise.claim;
BEGIN
	SELECT COALESCE(sum(d.quantity), 0), sum(d.quantity), min(d.at)
	INTO claim.before, claim.was_quantity, claim.was_due
	FROM promise.demanded(item, location) AS d
	WHERE d.ref = ref;
	claim.ref := ref;
	claim.item := item;
	claim.location := location;
	claim.at := greatest(due, promise.now());
	claim.after := quantity;
	claim.quantity := quantity;
	claim.due := due;
	claim.kind := 'customer';
	claim.group_ref := group_ref;
	claim.customer := customer;
	claim.channel := channel;
	claim.zone := zone;
	claim.seller := seller;
	claim.price := price;
	claim.cost := cost;
	claim.currency := currency;
	claim.who := current_user;
	claim.checked_at := promise.now();
	RETURN QUERY
	SELECT l.limit_name, COALESCE(l.detail, format('Limit "%s" does not allow it.', l.limit_name)), l.hint
	FROM promise.ask_limits(ARRAY[claim]) AS l
	WHERE l.check_function <> promise.guideline_check();
END
$$;
COMMENT ON FUNCTION promise.check_limits(text, text, numeric, timestamptz, text, text, text, text, text, numeric, numeric, text, text) IS
'what limits of one''s own (promise.guard_limit) have against a promise; what guidelines have, promise.check_policy() says';

/*
 * Asking.  Of what speaks against it, and of the alternatives, a record is kept
 * as they are now.
 */
CREATE FUNCTION promise.ask_exception(
	ref text,
	item text,
	quantity numeric,
	due promise.due,
	why text,
	urgency text DEFAULT 'normal',
	location text DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	zone text DEFAULT NULL,
	seller text DEFAULT NULL,
	price numeric DEFAULT NULL,
	cost numeric DEFAULT NULL,
	currency text DEFAULT NULL,
	priority integer DEFAULT NULL,
	group_ref text DEFAULT NULL,
	reserve boolean DEFAULT true
) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 50000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	at constant timestamptz := due::timestamptz;
	known constant text := (SELECT c.ref FROM promise.commitment AS c WHERE c.ref = ref AND c.quantity > 0);
	obstacle promise.offer;
	feasible boolean;
	violations promise.policy_violation[];
	limits record;							-- of one's own, what they say
	result bigint;
BEGIN
	IF num_nulls(ref, item, quantity, due, why) > 0 OR quantity <= 0 THEN
		RAISE SQLSTATE 'PR006' USING
			MESSAGE = 'an exception needs a ref, an item, a quantity above zero, a date, and the reason why';
	ELSIF EXISTS (SELECT FROM promise.exception AS e WHERE e.ref = ref AND e.status = 'pending') THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = format('an exception for promise "%s" has been asked for', ref),
			HINT = 'Withdraw it first: promise.withdraw_exception().';
	END IF;

	feasible := promise.feasible(item, quantity, due, location, exclude => ARRAY[ref]);
	IF NOT feasible THEN
		SELECT o.* INTO obstacle FROM promise.quote(item, quantity, due, location, exclude => ARRAY[ref]) AS o
		WHERE o.reason <> 'policy'
		ORDER BY o.option, o.part LIMIT 1;
	END IF;
	location := COALESCE(location,
						 (SELECT o.location FROM promise.quote(item, quantity, due, exclude => ARRAY[ref]) AS o
						  ORDER BY o.option, o.part LIMIT 1),
						 'main');
	violations := ARRAY(SELECT v FROM promise.check_policy(item, quantity, due, location, customer, channel, seller,
														   price, cost, currency, known) AS v);
	SELECT array_agg(l.limit_name ORDER BY l.limit_name COLLATE "C") AS names,
		   array_agg(l.hint ORDER BY l.limit_name COLLATE "C") AS hints,
		   string_agg(l.detail, ' ' ORDER BY l.limit_name COLLATE "C") AS detail
	INTO limits
	FROM promise.check_limits(ref, item, quantity, at, location, customer, channel, zone, seller,
							  price, cost, currency, group_ref) AS l;
	IF feasible AND violations = '{}' AND limits.names IS NULL THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = format('promise "%s" needs no exception', ref),
			HINT = 'Give it: promise.commit().';
	END IF;

	INSERT INTO promise.exception (ref, item, location, at, quantity, missing, reason, detail, guidelines,
								   why, urgency, customer, channel, zone, seller, price, cost, currency,
								   priority, group_ref, reserve)
	VALUES (ref, item, location, at, quantity,
			CASE WHEN feasible THEN 0 ELSE promise.exception_missing(ref, item, quantity, at, location) END,
			CASE WHEN NOT feasible THEN obstacle.reason ELSE 'policy'::promise.reason END,
			concat_ws(' ', obstacle.detail || '.',
					  (SELECT string_agg(v.detail, ' ' ORDER BY v.number)
					   FROM unnest(violations) WITH ORDINALITY
							AS v (policy, limit_name, wanted, allowed, detail, hint, allowed_at, allowed_quantity, number)),
					  limits.detail),
			ARRAY(SELECT DISTINCT v.policy FROM unnest(violations) AS v ORDER BY v.policy) || limits.names,
			why, urgency, customer, channel, zone, seller, price, cost, currency,
			priority, group_ref, reserve)
	RETURNING exception INTO result;

	INSERT INTO promise.exception_entry (exception, kind, note, item, location, at, quantity)
	SELECT result, 'alternative', concat_ws(': ', o.kind, o.detail), o.item, o.location, o.available_at, o.quantity
	FROM promise.quote(item, quantity, due, location, exclude => ARRAY[ref]) AS o
	WHERE o.available_at IS NOT NULL AND (NOT feasible OR o.option > 1)
	ORDER BY o.option, o.part;
	INSERT INTO promise.exception_entry (exception, kind, note, item, location, at, quantity)
	SELECT result, 'alternative', v.hint, item, location, v.allowed_at, v.allowed_quantity
	FROM unnest(violations) AS v;
	INSERT INTO promise.exception_entry (exception, kind, note)
	SELECT result, 'alternative', h FROM unnest(limits.hints) AS h WHERE h IS NOT NULL;
	RETURN result;
END
$$;
COMMENT ON FUNCTION promise.ask_exception(text, text, numeric, promise.due, text, text, text, text, text, text, text, numeric, numeric, text, integer, text, boolean) IS
'asks both sides for a promise that cannot be kept, or is outside of the guidelines; the number of the exception';

/*
 * Talking it over, and planning
 */
CREATE FUNCTION promise.comment_exception(
	exception bigint,
	note text,
	side text DEFAULT NULL
) RETURNS void
	LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000
BEGIN ATOMIC
	INSERT INTO promise.exception_entry (exception, kind, side, note)
	VALUES (exception, 'comment', side, note);
END;
COMMENT ON FUNCTION promise.comment_exception(bigint, text, text) IS
'adds to the discussion of an exception, for a side or for oneself';

CREATE FUNCTION promise.add_alternative(
	exception bigint,
	note text,
	quantity numeric DEFAULT NULL,
	due promise.due DEFAULT NULL,
	item text DEFAULT NULL,
	location text DEFAULT NULL
) RETURNS void
	LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000
BEGIN ATOMIC
	INSERT INTO promise.exception_entry (exception, kind, note, item, location, at, quantity)
	SELECT e.exception, 'alternative', note, COALESCE(add_alternative.item, e.item),
		   COALESCE(add_alternative.location, e.location), due::timestamptz, add_alternative.quantity
	FROM promise.exception AS e
	WHERE e.exception OPERATOR(pg_catalog.=) add_alternative.exception;
END;
COMMENT ON FUNCTION promise.add_alternative(bigint, text, numeric, promise.due, text, text) IS
'adds an alternative that was considered for an exception';

CREATE FUNCTION promise.settle_exception(exception bigint) RETURNS text
	LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 2000
BEGIN ATOMIC
	UPDATE promise.exception AS e
	SET (status, sales_signed_by, operations_signed_by, accepted, decided_by, decided_at, expires_at) =
		(SELECT s.status, s.sales_signed_by, s.operations_signed_by, s.accepted, s.decided_by, s.decided_at, s.expires_at
		 FROM promise.exception_state(e.exception) AS s)
	WHERE e.exception OPERATOR(pg_catalog.=) settle_exception.exception
	RETURNING e.status;
END;
COMMENT ON FUNCTION promise.settle_exception(bigint) IS
'makes an exception what its entries say; how it stands then';

CREATE FUNCTION promise.plan_move(
	exception bigint,
	ref text,
	due promise.due,
	note text DEFAULT NULL
) RETURNS void
	LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 2000
BEGIN ATOMIC
	INSERT INTO promise.exception_entry (exception, kind, note, ref, at)
	VALUES (exception, 'move', note, ref, due::timestamptz);
	SELECT promise.settle_exception(exception);
END;
COMMENT ON FUNCTION promise.plan_move(bigint, text, promise.due, text) IS
'plans that another promise moves to a later date for an exception; signatures before do not count any more';

CREATE FUNCTION promise.plan_capacity(
	exception bigint,
	resource text,
	during tstzrange,
	units numeric DEFAULT 1,
	note text DEFAULT NULL
) RETURNS void
	LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 2000
BEGIN ATOMIC
	INSERT INTO promise.exception_entry (exception, kind, note, resource, during, units)
	VALUES (exception, 'capacity', note, resource, during, units);
	SELECT promise.settle_exception(exception);
END;
COMMENT ON FUNCTION promise.plan_capacity(bigint, text, tstzrange, numeric, text) IS
'plans more units of a resource for an exception; signatures before do not count any more';

CREATE FUNCTION promise.plan_anew(
	exception bigint,
	note text DEFAULT NULL
) RETURNS void
	LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 2000
BEGIN ATOMIC
	INSERT INTO promise.exception_entry (exception, kind, note)
	VALUES (exception, 'plan_anew', note);
	SELECT promise.settle_exception(exception);
END;
COMMENT ON FUNCTION promise.plan_anew(bigint, text) IS
'drops what was planned for an exception; signatures before do not count any more';

/*
 * Deciding
 */
CREATE FUNCTION promise.sign_exception(
	exception bigint,
	side text,
	note text DEFAULT NULL,
	plan text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 50000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	result text;
BEGIN
	INSERT INTO promise.exception_entry (exception, kind, side, note)
	VALUES (exception, 'sign', side, note);
	-- the exception is locked now, and its plan stays as it is
	IF plan IS DISTINCT FROM promise.exception_plan_text(exception) AND plan IS NOT NULL THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = format('the plan of exception %s is another one', exception),
			DETAIL = format('It is: %s.', COALESCE(promise.exception_plan_text(exception), 'none'));
	END IF;
	result := promise.settle_exception(exception);
	IF result = 'approved' THEN
		PERFORM promise.carry_out_exception(exception);
		-- an order that is there already counts from now on
		SET CONSTRAINTS promise.exception_judged IMMEDIATE;
		SET CONSTRAINTS promise.exception_judged DEFERRED;
	END IF;
	RETURN result;
END
$$;
COMMENT ON FUNCTION promise.sign_exception(bigint, text, text, text) IS
'signs an exception for sales or operations, and its plan if that is given as promise.exceptions shows it; pending or approved then: the second signature carries out the plan and gives the promise';

/*
 * What was planned happens first, so that the guard judges the promise by it.
 * Orders of the business move where they are kept, before the last signature.
 */
CREATE FUNCTION promise.carry_out_exception(exception bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 50000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	asked promise.exception;
	step promise.exception_entry;
	own promise.commitment;
	given promise.offer;
	zone constant text := promise.policy_zone(NULL);
BEGIN
	SELECT e.* INTO STRICT asked FROM promise.exception AS e WHERE e.exception = exception;
	FOR step IN SELECT p.* FROM promise.exception_plan(exception) AS p LOOP
		IF step.kind = 'capacity' THEN
			INSERT INTO promise.resource_change (resource, during, units)
			VALUES (step.resource, step.during, step.units);
			CONTINUE;
		END IF;
		SELECT c.* INTO own FROM promise.commitment AS c WHERE c.ref = step.ref AND c.quantity > 0;
		IF own.at < step.at THEN
			PERFORM promise.change(step.ref, due => step.at);
		ELSIF EXISTS (SELECT FROM promise.demanded(asked.item, asked.location) AS d
					  WHERE d.ref = step.ref
						AND (d.at AT TIME ZONE zone)::date < (step.at AT TIME ZONE zone)::date) THEN
			RAISE object_not_in_prerequisite_state USING
				MESSAGE = format('promise "%s" has not been moved', step.ref),
				DETAIL = 'It is kept in a table of the business.',
				HINT = format('Move it there to %s, then sign.', promise.policy_text(step.at, zone));
		END IF;
	END LOOP;

	IF asked.reserve THEN
		SELECT c.* INTO own FROM promise.commitment AS c WHERE c.ref = asked.ref AND c.quantity > 0;
		IF own.ref IS NULL THEN
			SELECT o.* INTO given
			FROM promise.commit(asked.ref, asked.item, asked.quantity, asked.at, asked.location, asked.customer,
								asked.channel, asked.zone, asked.seller, asked.price, asked.cost, asked.currency,
								asked.priority, asked.group_ref) AS o;
		ELSE
			SELECT o.* INTO given FROM promise.change(asked.ref, asked.quantity, asked.at) AS o;
		END IF;
		INSERT INTO promise.exception_entry (exception, kind, note, at, quantity)
		VALUES (exception, 'reserve', given.detail, given.due, given.quantity);
	END IF;
END
$$;
COMMENT ON FUNCTION promise.carry_out_exception(bigint) IS
'carries out the plan of an approved exception and gives the promise; promise.sign_exception() does it';

/*
 * The nearest that could be promised without an exception.  A later date is
 * another question to the guidelines, so it is asked until they agree.
 */
CREATE FUNCTION promise.nearest_alternative(
	exception bigint,
	OUT at timestamptz,
	OUT quantity numeric
) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 50000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	asked promise.exception;
	allowed record;
BEGIN
	SELECT e.* INTO asked FROM promise.exception AS e WHERE e.exception = exception;
	at := asked.at;
	quantity := asked.quantity;
	FOR attempt IN 1 .. 4 LOOP
		at := greatest(at, promise.earliest(asked.item, quantity, asked.location, exclude => ARRAY[asked.ref]));
		IF promise.feasible(asked.item, quantity, at, asked.location, exclude => ARRAY[asked.ref]) THEN
			SELECT count(*) AS violations, max(v.allowed_at) AS at, min(v.allowed_quantity) AS quantity INTO allowed
			FROM promise.check_policy(asked.item, quantity, at, asked.location, asked.customer, asked.channel,
									  asked.seller, asked.price, asked.cost, asked.currency,
									  CASE WHEN asked.reserve THEN asked.ref END) AS v;
			IF allowed.violations = 0 THEN
				-- limits of one's own do not say what they would allow
				EXIT WHEN EXISTS (SELECT FROM promise.check_limits(asked.ref, asked.item, quantity, at, asked.location,
																   asked.customer, asked.channel, asked.zone, asked.seller,
																   asked.price, asked.cost, asked.currency, asked.group_ref));
				RETURN;
			END IF;
			-- rather later than less
			IF allowed.at > at THEN
				at := allowed.at;
				CONTINUE;
			ELSIF allowed.quantity > 0 THEN
				quantity := least(quantity, allowed.quantity);
				CONTINUE;
			END IF;
		END IF;
		EXIT;
	END LOOP;
	at := NULL;
	quantity := NULL;
END
$$;
COMMENT ON FUNCTION promise.nearest_alternative(bigint) IS
'the nearest date and quantity that could be promised instead of an exception; NULL: none was found';

CREATE FUNCTION promise.reject_exception(
	exception bigint,
	side text,
	note text
) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 50000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
	INSERT INTO promise.exception_entry (exception, kind, side, note, item, location, at, quantity)
	SELECT e.exception, 'reject', side, note, e.item, e.location, n.at, n.quantity
	FROM promise.exception AS e, promise.nearest_alternative(e.exception) AS n
	WHERE e.exception = exception;
	RETURN promise.settle_exception(exception);
END
$$;
COMMENT ON FUNCTION promise.reject_exception(bigint, text, text) IS
'rejects an exception for sales or operations, with the nearest that could be promised instead';

CREATE FUNCTION promise.withdraw_exception(
	exception bigint,
	note text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 2000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
	INSERT INTO promise.exception_entry (exception, kind, note) VALUES (exception, 'withdraw', note);
	RETURN promise.settle_exception(exception);
END
$$;
COMMENT ON FUNCTION promise.withdraw_exception(bigint, text) IS
'takes back an exception that one has asked for, before the promise is given';
