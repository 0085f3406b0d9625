/*
 * 85_policy_use.sql - guidelines in use: asked about, enforced.
 */

CREATE FUNCTION promise.policy_ask(claim promise.claim) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000 ROWS 2
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
	RETURN QUERY SELECT * FROM promise.policy_judge(claim, false);
	RETURN QUERY
	SELECT v.*
	FROM promise.policy_shares(ARRAY[claim]) AS s,
		 LATERAL promise.share_used(s.guideline, (claim).item, (claim).location, s.family, s.period, (claim).ref) AS u,
		 LATERAL promise.policy_judge_share(s.guideline, claim, s.period, u.available, u.taken, u.lead_end) AS v;
	RETURN QUERY SELECT * FROM promise.policy_ask_load(claim);
END
$$;
COMMENT ON FUNCTION promise.policy_ask(promise.claim) IS
'everything that guidelines have against a promise that is asked about';

/*
 * A ref that is promised already is asked about as a change of it.
 */
CREATE FUNCTION promise.check_policy(
	item text,
	quantity numeric,
	due promise.due DEFAULT NULL,
	location text DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	seller text DEFAULT NULL,
	price numeric DEFAULT NULL,
	cost numeric DEFAULT NULL,
	currency text DEFAULT NULL,
	ref text DEFAULT NULL,
	at timestamptz DEFAULT NULL
) RETURNS SETOF promise.policy_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000 ROWS 2
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	claim promise.claim;
BEGIN
	IF item IS NULL OR quantity IS NULL THEN
		RETURN;
	ELSIF quantity <= 0 THEN
		RAISE SQLSTATE 'PR006' USING MESSAGE = 'quantity must be above zero';
	END IF;
	claim.ref := ref;
	claim.item := item;
	claim.location := location;
	claim.quantity := quantity;
	claim.due := due::timestamptz;
	claim.customer := customer;
	claim.channel := channel;
	claim.seller := seller;
	claim.price := price;
	claim.cost := cost;
	claim.currency := currency;
	claim.who := current_user;
	claim.checked_at := COALESCE(at, promise.now());
	IF ref IS NOT NULL THEN
		SELECT sum(d.quantity), min(d.at), max(d.customer), max(d.channel), max(d.seller),
			   max(d.price), max(d.cost), max(d.currency)
		INTO claim.was_quantity, claim.was_due, claim.customer, claim.channel, claim.seller,
			 claim.price, claim.cost, claim.currency
		FROM promise.demanded(item, location) AS d
		WHERE d.ref = ref;
		claim.due := COALESCE(claim.due, claim.was_due);
		claim.customer := COALESCE(customer, claim.customer);
		claim.channel := COALESCE(channel, claim.channel);
		claim.seller := COALESCE(seller, claim.seller);
		claim.price := COALESCE(price, claim.price);
		claim.cost := COALESCE(cost, claim.cost);
		claim.currency := COALESCE(currency, claim.currency);
	END IF;
	RETURN QUERY SELECT * FROM promise.policy_ask(claim);
END
$$;
COMMENT ON FUNCTION promise.check_policy(text, numeric, promise.due, text, text, text, text, numeric, numeric, text, text, timestamptz) IS
'what guidelines have against a promise, a row for each limit; no row: it may be given without asking anybody';

/*
 * What is taken of a share is the same for all promises of an item that are held
 * against it, those that are judged here among them, so it is summed up once for
 * each.
 */
CREATE FUNCTION promise.check_policy(claims promise.claim[]) RETURNS SETOF promise.limit_violation
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 20000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM promise.policy) THEN
		RETURN;
	END IF;
	IF EXISTS (SELECT FROM unnest(claims) AS c WHERE c.resource IS NOT NULL) THEN
		RETURN QUERY SELECT * FROM promise.policy_judge_loads(claims);
	END IF;

	RETURN QUERY
	WITH ruled AS MATERIALIZED (
		SELECT s.*, (s.guideline).policy, (s.claim).item, (s.claim).location FROM promise.policy_shares(claims) AS s
	), share AS MATERIALIZED (
		SELECT s.*, u.available, u.taken, u.lead_end
		FROM (SELECT DISTINCT ON (r.policy, r.item, r.location, r.period) r.*
			  FROM ruled AS r
			  ORDER BY r.policy, r.item, r.location, r.period) AS s,
			 LATERAL promise.share_used(s.guideline, s.item, s.location, s.family, s.period, NULL) AS u
	), against AS (
		SELECT e.ref::bigint AS number, 1 AS place, e.detail, e.hint
		FROM promise.policy_judge_each(claims, true) AS e
		UNION ALL
		SELECT r.number, 2, v.detail, v.hint
		FROM ruled AS r
		JOIN share AS s USING (policy, item, location, period),
			 LATERAL promise.policy_judge_share(r.guideline, r.claim, period, s.available,
												s.taken - (r.claim).quantity, s.lead_end) AS v
	)
	SELECT claims[a.number].ref, string_agg(a.detail, ' ' ORDER BY a.place), string_agg(a.hint, ' ' ORDER BY a.place)
	FROM against AS a
	GROUP BY a.number
	ORDER BY a.number;
END
$$;
COMMENT ON FUNCTION promise.check_policy(promise.claim[]) IS
'what guidelines have against claims, as a limit of the guard: see promise.enforce_policy()';

CREATE FUNCTION promise.guideline_check() RETURNS regprocedure
	LANGUAGE sql STABLE PARALLEL SAFE COST 1
	RETURN 'promise.check_policy(promise.claim[])'::regprocedure;
COMMENT ON FUNCTION promise.guideline_check() IS 'the function that asks the guidelines for the guard';

CREATE FUNCTION promise.enforce_policy(enforce boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF enforce THEN
		INSERT INTO promise.guard_limit (limit_name, check_function, loads)
		VALUES ('policy', promise.guideline_check(), true)
		ON CONFLICT (limit_name) DO NOTHING;
	ELSE
		DELETE FROM promise.guard_limit AS l WHERE l.limit_name = 'policy';
	END IF;
END
$$;
COMMENT ON FUNCTION promise.enforce_policy(boolean) IS
'makes the guard refuse what is outside of the guidelines, or makes it not';

/*
 * What may I promise without asking anybody?
 */
CREATE FUNCTION promise.allowed(
	item text,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	quantity numeric DEFAULT NULL,
	location text DEFAULT NULL,
	seller text DEFAULT NULL,
	at timestamptz DEFAULT NULL,
	OUT limit_name text,
	OUT policy text,
	OUT allowed text,
	OUT allowed_at timestamptz,
	OUT allowed_quantity numeric
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 50000 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	now_at constant timestamptz := COALESCE(at, promise.now());
	buyer promise.customer;
	family text;
	zone text;
	winners promise.policy[] := '{}';
	limits text[] := '{}';
	p promise.policy;
	first_at timestamptz;
	period tstzrange;
	used record;
	band record;
BEGIN
	IF item IS NULL THEN
		RETURN;
	END IF;
	SELECT * INTO buyer FROM promise.customer AS c WHERE c.customer = customer;
	SELECT f.family INTO family FROM promise.families(ARRAY[item]) AS f;
	zone := COALESCE(buyer.zone, promise.policy_zone(NULL));
	-- the date first: other guidelines are of its period, and shares
	first_at := promise.policy_first_date(item, family, customer, buyer.customer_group, channel, buyer.region,
										  now_at, zone);
	SELECT array_agg(w.winner), array_agg(w.limit_name) INTO winners, limits
	FROM promise.policy_winners(item, family, customer, buyer.customer_group, channel, buyer.region,
								first_at, now_at) AS w;

	FOR i IN 1 .. COALESCE(cardinality(limits), 0) LOOP
		p := winners[i];
		limit_name := limits[i];
		policy := p.policy;
		allowed_at := NULL;
		allowed_quantity := NULL;
		CASE limit_name
		WHEN 'lead_time' THEN
			allowed_at := first_at;
			allowed := format('from %s on (%s%s)', promise.policy_text(first_at, zone), promise.policy_text(p.lead_time),
							  CASE WHEN p.calendar IS NULL THEN '' ELSE ' of working time' END);
		WHEN 'latest_order_time' THEN
			allowed_at := first_at;
			allowed := format('orders until %s count for the same day: from %s on',
							  to_char(p.latest_order_time, 'HH24:MI'), promise.policy_text(first_at, zone));
		WHEN 'maximum_quantity' THEN
			allowed_quantity := p.maximum_quantity;
			allowed := format('at most %s', promise.policy_text(p.maximum_quantity));
		WHEN 'minimum_margin' THEN
			allowed := format('a margin of at least %s %%', promise.policy_text(p.minimum_margin));
		WHEN 'maximum_share' THEN
			period := promise.policy_period(first_at, p.share_period, promise.policy_zone(NULL));
			used := promise.share_used(p, item, location, family, period, NULL);
			used.available := greatest(used.available, 0);
			allowed_quantity := trim_scale(greatest(trunc(used.available * p.maximum_share / 100, 6) - used.taken, 0));
			allowed := format('%s in the %s from %s: %s %% of %s, less %s', promise.policy_text(allowed_quantity),
							  p.share_period, to_char(lower(period) AT TIME ZONE promise.policy_zone(NULL), 'YYYY-MM-DD'),
							  promise.policy_text(p.maximum_share), promise.policy_text(used.available),
							  promise.policy_text(used.taken));
		WHEN 'maximum_load' THEN
			period := promise.policy_period(first_at, p.share_period, promise.policy_zone(NULL));
			used := promise.load_used(p, p.load_resource, period, NULL);
			allowed := format('%s %% of resource "%s" in the %s from %s, of which %s %% are taken',
							  promise.policy_text(p.maximum_load), p.load_resource, p.share_period,
							  to_char(lower(period) AT TIME ZONE promise.policy_zone(NULL), 'YYYY-MM-DD'),
							  CASE used.available WHEN 0 THEN '100'
								   ELSE promise.policy_text(round(used.taken * 100 / used.available, 2)) END);
		WHEN 'may_promise' THEN
			allowed := format('%s: %s', CASE WHEN promise.may_act(current_user, seller, p.may_promise)
											 THEN 'yes' ELSE 'not you' END,
							  array_to_string(p.may_promise, ', '));
		WHEN 'flexibility' THEN
			FOR band IN SELECT f.* FROM promise.flexibility AS f WHERE f.policy = p.policy ORDER BY f.distance
			LOOP
				allowed := format('up to %s before the date: %s', promise.policy_text(band.distance),
					concat_ws(', ',
						CASE WHEN band.maximum_change = 0 THEN 'the same quantity'
							 WHEN band.maximum_change IS NULL THEN 'any quantity'
							 ELSE format('%s %% more or less', promise.policy_text(band.maximum_change)) END,
						CASE WHEN band.maximum_sooner = '0' THEN 'not sooner'
							 WHEN band.maximum_sooner IS NULL THEN 'any date'
							 ELSE format('up to %s sooner', promise.policy_text(band.maximum_sooner)) END,
						CASE WHEN band.maximum_times > 1 THEN format('changed at most %s times', band.maximum_times)
							 WHEN band.maximum_times = 1 THEN 'changed once'
							 WHEN band.maximum_times = 0 THEN 'not changed' END));
				RETURN NEXT;
			END LOOP;
			CONTINUE;
		END CASE;
		RETURN NEXT;
	END LOOP;

	-- and what is there: by the first date that is allowed, or the first date for the quantity
	limit_name := 'availability';
	policy := NULL;
	IF quantity IS NULL THEN
		SELECT sum(a.atp) INTO allowed_quantity
		FROM (SELECT DISTINCT ON (v.location_name) v.location_name, v.atp
			  FROM promise.availability(item, location) AS v
			  WHERE v.at <= first_at
			  ORDER BY v.location_name, v.at DESC) AS a;
		allowed_quantity := COALESCE(allowed_quantity, 0);
		allowed_at := first_at;
		allowed := format('%s by %s', CASE allowed_quantity WHEN 'Infinity' THEN 'any quantity'
										   ELSE promise.policy_text(allowed_quantity) END,
						  promise.policy_text(first_at, zone));
	ELSE
		allowed_at := promise.earliest(item, quantity, location);
		allowed_at := greatest(allowed_at, CASE WHEN allowed_at IS NOT NULL THEN first_at END);
		allowed_quantity := CASE WHEN allowed_at IS NOT NULL THEN quantity END;
		allowed := CASE WHEN allowed_at IS NULL THEN format('never %s', promise.policy_text(quantity))
						ELSE format('%s by %s', promise.policy_text(quantity), promise.policy_text(allowed_at, zone)) END;
	END IF;
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION promise.allowed(text, text, text, numeric, text, text, timestamptz) IS
'what may be promised of an item to a customer without asking anybody: for each limit the guideline that counts and what it allows, then what is there by then';
