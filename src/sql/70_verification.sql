/*
 * 70_verification.sql - checking an answer against the rows.
 *
 * The engine computes answers in C from the list of rows (promise.events) and
 * the rules of each node (promise.node_rules).  The functions below start from
 * the same list and rules, share nothing else with it, and are written for
 * being obviously right rather than fast.
 */

CREATE FUNCTION promise.now() RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'node_now'
	LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10;
COMMENT ON FUNCTION promise.now() IS
'the instant from which a question counts: setting promise.clock, else the transaction''s start';

CREATE FUNCTION promise.node_rules(
	item text,
	location text DEFAULT 'main',
	OUT safety_stock numeric,
	OUT horizon_end timestamptz,
	OUT lead_end timestamptz,
	OUT overdue_at timestamptz
) RETURNS record
	AS 'MODULE_PATHNAME', 'node_rules'
	LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION promise.node_rules(text, text) IS
'the rules of an item at a location as instants from now: the last one for offers, the end of the replenishment lead time, the one at which overdue receipts count; infinity: none';

/*
 * The balance after each instant of a list of flows.  Supply that expires is
 * used before supply that expires later, and what is left of it at its end is
 * lost; demand that finds nothing is owed, and served by what comes next.
 */
CREATE FUNCTION promise.check_walk(
	dates timestamptz[],
	quantities numeric[],
	ends timestamptz[]
) RETURNS TABLE (at timestamptz, balance numeric)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	flow record;
	lot_ends timestamptz[] := '{}';		-- lots that expire ...
	lot_rests numeric[] := '{}';		-- ... and what is left of each
	lasting numeric := 0;				-- what is there and never expires
	owed numeric := 0;
	first integer;						-- the lot that expires first
	used numeric;
BEGIN
	FOR flow IN
		SELECT f.at, f.quantity, f.ends_at,
			   lead(f.at) OVER (ORDER BY f.at, sign(f.quantity) DESC, f.ends_at) AS next_at
		FROM (SELECT * FROM unnest(dates, quantities, ends)
			  UNION ALL
			  -- something may change when a lot ends, though no row says so
			  SELECT DISTINCT e, 0.0, 'infinity'::timestamptz FROM unnest(ends) AS e
			  WHERE e < 'infinity') AS f (at, quantity, ends_at)
		-- supply comes before demand, and what ends first covers what is owed
		ORDER BY f.at, sign(f.quantity) DESC, f.ends_at
	LOOP
		-- what ends here is not there any more
		FOR i IN 1 .. cardinality(lot_ends) LOOP
			IF lot_ends[i] <= flow.at THEN
				lot_rests[i] := 0;
			END IF;
		END LOOP;

		IF flow.quantity > 0 AND flow.ends_at > flow.at THEN
			used := least(owed, flow.quantity);
			owed := owed - used;
			IF flow.ends_at = 'infinity' THEN
				lasting := lasting + flow.quantity - used;
			ELSE
				lot_ends := lot_ends || flow.ends_at;
				lot_rests := lot_rests || (flow.quantity - used);
			END IF;
		ELSIF flow.quantity < 0 THEN
			owed := owed - flow.quantity;
			LOOP
				first := NULL;
				FOR i IN 1 .. cardinality(lot_ends) LOOP
					IF lot_rests[i] > 0
						AND (first IS NULL OR lot_ends[i] < lot_ends[first])
					THEN
						first := i;
					END IF;
				END LOOP;
				EXIT WHEN first IS NULL OR owed = 0;
				used := least(owed, lot_rests[first]);
				lot_rests[first] := lot_rests[first] - used;
				owed := owed - used;
			END LOOP;
			used := least(owed, lasting);
			lasting := lasting - used;
			owed := owed - used;
		END IF;

		IF flow.next_at IS DISTINCT FROM flow.at THEN
			at := flow.at;
			balance := lasting - owed;
			FOR i IN 1 .. cardinality(lot_rests) LOOP
				balance := balance + lot_rests[i];
			END LOOP;
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION promise.check_walk(timestamptz[], numeric[], timestamptz[]) IS
'the balance after each instant of a list of supply and demand, used up first expired, first out';

/*
 * The flows of an item at a location: every row at the instant at which it
 * counts, supply that is bound to a demand netted with it.
 */
CREATE FUNCTION promise.check_flows(
	item text,
	location text DEFAULT 'main',
	exclude text[] DEFAULT NULL
) RETURNS TABLE (at timestamptz, quantity numeric, ends_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	now_at timestamptz := promise.now();
	overdue timestamptz;
BEGIN
	SELECT COALESCE(r.overdue_at, 'infinity') INTO overdue
	FROM promise.node_rules(check_flows.item, check_flows.location) AS r;

	RETURN QUERY
	WITH placed AS (
		-- every row, at the instant at which it counts
		SELECT CASE
				   WHEN e.quantity < 0 THEN greatest(COALESCE(e.at, now_at), now_at)
				   WHEN e.at IS NULL THEN 'infinity'
				   WHEN e.at = '-infinity' THEN now_at
				   WHEN e.at < now_at THEN overdue
				   ELSE e.at
			   END AS at,
			   e.quantity,
			   CASE WHEN e.role = 'supply' THEN COALESCE(e.expires_at, 'infinity')
				   ELSE 'infinity' END AS ends_at,
			   CASE WHEN e.role = 'supply' THEN e.for_ref ELSE e.ref END AS account,
			   e.role = 'supply' AND e.for_ref IS NOT NULL AS bound
		FROM promise.events(check_flows.item, check_flows.location,
							check_flows.exclude) AS e
	), counted AS (
		SELECT p.*, COALESCE(bool_or(p.bound) OVER (PARTITION BY p.account), false) AS apart
		FROM placed AS p
		WHERE p.at < 'infinity'
	), accounts AS (
		-- supply bound to a demand, and that demand: apart from the rest
		SELECT c.account, array_agg(c.at) AS dates,
			   array_agg(c.quantity) AS quantities, array_agg(c.ends_at) AS ends
		FROM counted AS c
		WHERE c.apart
		GROUP BY c.account
	)
	SELECT c.at, c.quantity, c.ends_at
	FROM counted AS c WHERE NOT c.apart
	UNION ALL
	-- what a demand lacks of its own supply it draws on the rest
	SELECT w.at,
		   least(w.balance, 0)
		   - lag(least(w.balance, 0), 1, 0.0)
			 OVER (PARTITION BY a.account ORDER BY w.at),
		   'infinity'
	FROM accounts AS a, promise.check_walk(a.dates, a.quantities, a.ends) AS w;
END
$$;
COMMENT ON FUNCTION promise.check_flows(text, text, text[]) IS
'what the balance of an item at a location is made of: every row at the instant at which it counts, supply bound to a demand netted with it';

/*
 * Would all these deliveries together leave the balance short?  Only where
 * they lower it: what spoils anyway may as well be delivered.
 *
 * Only new promises keep the safety stock, and only from the first of them on;
 * without one, the balance must not be negative.  The check ends where the
 * item can be replenished.
 */
CREATE FUNCTION promise.check_deliveries(
	item text,
	quantities numeric[],
	dates timestamptz[],
	location text DEFAULT 'main',
	exclude text[] DEFAULT NULL
) RETURNS TABLE (at timestamptz, balance numeric, required numeric, missing numeric)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	now_at timestamptz := promise.now();
	rules record;
	keeps numeric := 0;
	starts timestamptz;
BEGIN
	IF item IS NULL OR location IS NULL THEN
		RETURN;
	END IF;
	IF EXISTS (SELECT FROM unnest(quantities) AS q WHERE q < 0 OR q >= 'Infinity') THEN
		RAISE EXCEPTION 'quantity to deliver must be a finite number, not below zero'
			USING ERRCODE = 'PR006';
	END IF;

	SELECT COALESCE(r.safety_stock, 0) AS safety_stock,
		   COALESCE(r.lead_end, 'infinity') AS lead_end
	INTO rules
	FROM promise.node_rules(check_deliveries.item, check_deliveries.location) AS r;

	IF EXISTS (SELECT FROM unnest(quantities) AS q WHERE q > 0) THEN
		keeps := rules.safety_stock;
	END IF;
	SELECT greatest(min(COALESCE(d.at, now_at)), now_at) INTO starts
	FROM unnest(quantities, dates) AS d (quantity, at)
	WHERE d.quantity IS NOT NULL;

	RETURN QUERY
	WITH flows AS (
		SELECT f.at, f.quantity, f.ends_at, false AS asked
		FROM promise.check_flows(check_deliveries.item, check_deliveries.location,
								 check_deliveries.exclude) AS f
		UNION ALL
		SELECT greatest(COALESCE(d.at, now_at), now_at), - d.quantity, 'infinity',
			   true
		FROM unnest(check_deliveries.quantities, check_deliveries.dates)
			AS d (quantity, at)
		WHERE d.quantity IS NOT NULL AND COALESCE(d.at, now_at) < 'infinity'
	), before AS (
		-- the balance without the deliveries, where something spoils
		SELECT w.at, w.balance
		FROM (SELECT array_agg(f.at),
					 array_agg(CASE WHEN f.asked THEN 0 ELSE f.quantity END),
					 array_agg(f.ends_at)
			  FROM flows AS f
			  HAVING bool_or(f.ends_at < 'infinity')
				 AND bool_or(f.asked AND f.quantity < 0)) AS f (dates, quantities, ends),
			 promise.check_walk(f.dates, f.quantities, f.ends) AS w
	)
	SELECT w.at, w.balance, keeps, keeps - w.balance
	FROM (SELECT array_agg(f.at), array_agg(f.quantity), array_agg(f.ends_at)
		  FROM flows AS f) AS f (dates, quantities, ends),
		 promise.check_walk(f.dates, f.quantities, f.ends) AS w
	LEFT JOIN before AS b ON b.at = w.at
	WHERE w.at >= starts
	  AND w.at < rules.lead_end
	  AND w.balance < keeps
	  AND (b.balance IS NULL OR w.balance < b.balance)
	ORDER BY w.at;
END
$$;
COMMENT ON FUNCTION promise.check_deliveries(text, numeric[], timestamptz[], text, text[]) IS
'instants at which several deliveries together would leave the balance of an item short; no row: they are sound';

CREATE FUNCTION promise.check_balance(
	item text,
	quantity numeric DEFAULT 0,
	at timestamptz DEFAULT NULL,
	location text DEFAULT 'main',
	exclude text[] DEFAULT NULL
) RETURNS TABLE (at timestamptz, balance numeric, required numeric, missing numeric)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 20000 ROWS 5
BEGIN ATOMIC
	SELECT c.at, c.balance, c.required, c.missing
	FROM promise.check_deliveries(item, ARRAY[quantity], ARRAY[at], location, exclude) AS c;
END;
COMMENT ON FUNCTION promise.check_balance(text, numeric, timestamptz, text, text[]) IS
'instants at which delivering a quantity at an instant (NULL: now) would leave the balance short; no row: it is sound.  Quantity 0 checks what is promised already';

/*
 * Every row of an answer, one after the other: what rows before it take of the
 * same item and location is taken.
 *
 * "earlier" is not looked for where supply expires: where the known demand is
 * short already, an answer may then be later than necessary (see
 * doc/reference.md, "Methods").
 */
CREATE FUNCTION promise.check_offers(
	offers promise.offer[],
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	earlier boolean DEFAULT true,
	OUT line integer,
	OUT item text,
	OUT location text,
	OUT at timestamptz,
	OUT missing numeric,
	OUT problem text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	now_at timestamptz := promise.now();
	first_at timestamptz := greatest(now_at, after);
	offer record;
	rules record;
	quantities numeric[];		-- of the rows before this one, and this one
	dates timestamptz[];
	expiring boolean;
	last_at timestamptz;
BEGIN
	FOR offer IN
		SELECT o.n, o.item, o.location, o.quantity, o.available_at, o.due,
			   o.on_time, o.reason
		FROM unnest(offers) WITH ORDINALITY
			AS o (ref, option, part, kind, item, location, quantity,
				  available_at, due, on_time, reason, detail, cost, currency,
				  valid_until, n)
		ORDER BY o.n
	LOOP
		line := offer.n;
		item := offer.item;
		location := offer.location;
		at := offer.available_at;
		missing := NULL;

		IF offer.on_time IS DISTINCT FROM
			COALESCE(offer.available_at <= COALESCE(offer.due, 'infinity'), false)
		THEN
			problem := 'on_time does not say whether it is';
			RETURN NEXT;
		END IF;

		IF offer.location IS NULL THEN
			IF offer.available_at IS NOT NULL THEN
				problem := 'is delivered from nowhere';
				RETURN NEXT;
			ELSIF EXISTS (SELECT FROM promise.events(offer.item)) THEN
				problem := 'no location is looked at, but there are some';
				RETURN NEXT;
			END IF;
			CONTINUE;
		END IF;

		SELECT COALESCE(r.horizon_end, 'infinity') AS horizon_end,
			   COALESCE(r.lead_end, 'infinity') AS lead_end,
			   COALESCE(r.overdue_at, 'infinity') AS overdue_at
		INTO rules
		FROM promise.node_rules(offer.item, offer.location) AS r;

		SELECT COALESCE(bool_or(e.role = 'supply' AND e.expires_at IS NOT NULL), false),
			   max(CASE WHEN e.quantity > 0 AND e.at < now_at
						THEN NULLIF(rules.overdue_at, 'infinity') ELSE e.at END)
			   FILTER (WHERE e.at < 'infinity')
		INTO expiring, last_at
		FROM promise.events(offer.item, offer.location, exclude) AS e;

		SELECT array_agg(o.quantity ORDER BY o.n), array_agg(o.available_at ORDER BY o.n)
		INTO quantities, dates
		FROM unnest(offers) WITH ORDINALITY
			AS o (ref, option, part, kind, item, location, quantity,
				  available_at, due, on_time, reason, detail, cost, currency,
				  valid_until, n)
		WHERE o.n <= offer.n
		  AND o.item = offer.item AND o.location = offer.location
		  AND (o.available_at IS NOT NULL OR o.n = offer.n);

		IF offer.available_at IS NULL THEN
			-- when all has come that will come, or can be had, it is still no
			IF rules.lead_end < 'infinity' THEN
				last_at := rules.lead_end;
			END IF;
			last_at := least(rules.horizon_end, greatest(last_at, first_at));
			dates[cardinality(dates)] := last_at;
			IF earlier AND NOT expiring AND last_at >= first_at
				AND NOT EXISTS (SELECT FROM promise.check_deliveries(
									offer.item, quantities, dates, offer.location, exclude))
			THEN
				at := last_at;
				problem := 'could be delivered';
				RETURN NEXT;
			END IF;
			CONTINUE;
		END IF;

		IF offer.available_at < first_at THEN
			problem := 'is delivered before it can be';
			RETURN NEXT;
		END IF;
		IF offer.available_at > rules.horizon_end THEN
			problem := 'is delivered beyond the horizon';
			RETURN NEXT;
		END IF;

		FOR at, missing IN
			SELECT c.at, c.missing
			FROM promise.check_deliveries(offer.item, quantities, dates,
										  offer.location, exclude) AS c
		LOOP
			problem := 'leaves the balance short';
			RETURN NEXT;
		END LOOP;

		dates[cardinality(dates)] := offer.available_at - interval '1 microsecond';
		IF earlier AND NOT expiring AND offer.available_at > first_at
			AND NOT EXISTS (SELECT FROM promise.check_deliveries(
								offer.item, quantities, dates, offer.location, exclude))
		THEN
			at := offer.available_at - interval '1 microsecond';
			missing := NULL;
			problem := 'could be delivered earlier';
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION promise.check_offers(promise.offer[], timestamptz, text[], boolean) IS
'what is wrong with an answer, line by line, taken as a whole; no row: every line can be delivered as it says and, if earlier is asked, not a microsecond earlier';
