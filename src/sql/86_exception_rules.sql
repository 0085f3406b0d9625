/*
 * 86_exception_rules.sql - who may do what to an exception, whatever way it is
 * written.
 */

/*
 * What is asked for is asked for now, by whoever does it, and undecided.
 */
CREATE FUNCTION promise.exception_asked() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	terms promise.urgency;
BEGIN
	IF NOT promise.may_restore() THEN
		IF NEW.status <> 'pending'
		   OR num_nonnulls(NEW.sales_signed_by, NEW.operations_signed_by, NEW.accepted,
						   NEW.decided_by, NEW.decided_at, NEW.expires_at) > 0 THEN
			RAISE insufficient_privilege USING
				MESSAGE = 'an exception begins as pending',
				HINT = 'Both sides sign it: promise.sign_exception().';
		END IF;
		-- for these NULL is any, which nobody should sign unawares
		IF num_nulls(NEW.at, NEW.quantity, NEW.missing) > 0 THEN
			RAISE SQLSTATE 'PR006' USING
				MESSAGE = 'an exception needs a date, a quantity, and how much is missing',
				HINT = 'Ask for it with promise.ask_exception().';
		END IF;
		NEW.asked_by := current_user;
		NEW.session_asked_by := session_user;
		NEW.asked_at := promise.now();
		NEW.answer_by := NULL;
		-- that an order does not count is for the guard to say
		NEW.order_at := NULL;
		NEW.order_quantity := NULL;
		NEW.order_passed_at := NULL;
		NEW.was_at := NULL;
		NEW.was_quantity := NULL;
	END IF;

	IF NEW.status = 'pending' AND NEW.answer_by IS NULL THEN
		terms := promise.urgency_terms(NEW.urgency);
		IF terms.urgency IS NULL THEN
			RAISE invalid_parameter_value USING
				MESSAGE = format('urgency "%s" does not exist', NEW.urgency),
				HINT = format('There are: %s.', array_to_string(promise.urgency_names(), ', '));
		END IF;
		NEW.answer_by := promise.shift(terms.calendar, NEW.asked_at, terms.answer_within);
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION promise.exception_asked() IS
'notes who asks for an exception and until when it is to be answered';

CREATE TRIGGER exception_asked
	BEFORE INSERT ON promise.exception
	FOR EACH ROW EXECUTE FUNCTION promise.exception_asked();
COMMENT ON TRIGGER exception_asked ON promise.exception IS
'notes who asks for an exception and until when it is to be answered';

/*
 * A decision follows from entries.  So it does no harm if somebody may update
 * the table: it can only be made to say what they say.
 */
CREATE FUNCTION promise.exception_follows() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	guard_columns text[] := '{order_at,order_quantity,order_passed_at,was_at,was_quantity,detail,guidelines}';
	may_change boolean := TG_OP <> 'TRUNCATE' AND promise.is_superuser();
BEGIN
	IF TG_OP = 'UPDATE' AND NOT may_change THEN
		-- the guard writes as the owner
		IF NOT promise.may_restore() THEN
			guard_columns := '{}';
		END IF;
		may_change := to_jsonb(NEW) - guard_columns
					  = (to_jsonb(OLD) || to_jsonb(promise.exception_state(OLD.exception))) - guard_columns;
	END IF;
	IF NOT may_change THEN
		RAISE insufficient_privilege USING
			MESSAGE = CASE TG_OP WHEN 'TRUNCATE' THEN 'exceptions stay as they are'
								 ELSE format('exception %s stays as it is', OLD.exception) END,
			DETAIL = 'What was asked for does not change, and what was decided follows from promise.exception_entry.';
	END IF;
	IF TG_OP <> 'UPDATE' THEN
		RETURN OLD;
	END IF;
	-- what is approved counts
	IF NEW.status = 'approved' THEN
		NEW.order_at := NULL;
		NEW.order_quantity := NULL;
		NEW.order_passed_at := NULL;
		NEW.was_at := NULL;
		NEW.was_quantity := NULL;
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION promise.exception_follows() IS
'refuses to change exceptions to anything but what their entries say, to everybody but a superuser';

CREATE TRIGGER exception_follows
	BEFORE UPDATE OR DELETE ON promise.exception
	FOR EACH ROW EXECUTE FUNCTION promise.exception_follows();
CREATE TRIGGER exception_stays
	BEFORE TRUNCATE ON promise.exception
	FOR EACH STATEMENT EXECUTE FUNCTION promise.exception_follows();
COMMENT ON TRIGGER exception_follows ON promise.exception IS
'an exception is what its entries say';
COMMENT ON TRIGGER exception_stays ON promise.exception IS
'exceptions stay as they are';

/*
 * Orders that do not count may do so from now on, which the guard judges: when
 * they are approved, or what was recorded of them is changed or deleted.
 */
CREATE FUNCTION promise.guard_exception() RETURNS trigger
	AS 'MODULE_PATHNAME', 'guard_exception' LANGUAGE C;
COMMENT ON FUNCTION promise.guard_exception() IS
'judges an order that may count from now on, because of what has become of its exception';

CREATE CONSTRAINT TRIGGER exception_judged_new
	AFTER INSERT ON promise.exception
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.status = 'approved')
	EXECUTE FUNCTION promise.guard_exception();
CREATE CONSTRAINT TRIGGER exception_judged
	AFTER UPDATE ON promise.exception
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW
	WHEN (NEW.status = 'approved' AND OLD.status <> 'approved'
		  OR OLD.order_quantity IS NOT NULL
		  AND (NEW.ref, NEW.item, NEW.location, NEW.order_at, NEW.order_quantity, NEW.order_passed_at, NEW.was_at, NEW.was_quantity)
			  IS DISTINCT FROM
			  (OLD.ref, OLD.item, OLD.location, OLD.order_at, OLD.order_quantity, OLD.order_passed_at, OLD.was_at, OLD.was_quantity))
	EXECUTE FUNCTION promise.guard_exception();
CREATE CONSTRAINT TRIGGER exception_judged_gone
	AFTER DELETE ON promise.exception
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (OLD.order_quantity IS NOT NULL)
	EXECUTE FUNCTION promise.guard_exception();
COMMENT ON TRIGGER exception_judged_new ON promise.exception IS 'judges the order of an exception that is written as approved';
COMMENT ON TRIGGER exception_judged ON promise.exception IS 'judges the order of an exception that counts from now on';
COMMENT ON TRIGGER exception_judged_gone ON promise.exception IS 'judges the order of an exception that is deleted';

/*
 * The rules of an entry.  The exception is locked: of two who decide at the same
 * time the second sees what the first has decided, or has to try again (40001).
 */
CREATE FUNCTION promise.exception_entry_check() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	asked promise.exception;
	is_asker boolean;
BEGIN
	IF num_nonnulls(NEW.who, NEW.session_who, NEW.at_time) > 0 THEN
		IF promise.may_restore() THEN
			RETURN NEW;
		END IF;
		RAISE insufficient_privilege USING
			MESSAGE = 'an entry is written as it happens, by whoever does it';
	END IF;
	NEW.who := current_user;
	NEW.session_who := session_user;
	NEW.at_time := promise.now();

	SELECT e.* INTO asked FROM promise.exception AS e WHERE e.exception = NEW.exception FOR UPDATE;
	IF NOT FOUND THEN
		RAISE no_data_found USING
			MESSAGE = format('exception %s does not exist', NEW.exception);
	END IF;
	is_asker := session_user IN (asked.asked_by, asked.session_asked_by)
				OR EXISTS (SELECT FROM promise.seller AS s
						   WHERE s.seller = asked.seller AND s.role_name = session_user);

	CASE
	WHEN NEW.kind IN ('comment', 'alternative') THEN
		IF NEW.side IS NOT NULL THEN
			PERFORM promise.exception_check_side(asked, NEW.side);
		END IF;
	WHEN NEW.kind IN ('move', 'capacity', 'plan_anew') THEN
		PERFORM promise.exception_check_pending(asked);
		IF NOT is_asker AND NOT EXISTS (SELECT FROM promise.exception_signatories(asked.exception) AS s
										WHERE promise.acts_as(session_user, s.role_name)) THEN
			RAISE insufficient_privilege USING
				MESSAGE = format('role "%s" may not plan for exception %s', session_user, asked.exception),
				HINT = 'Who asked for it may, and who may sign it.';
		END IF;
	WHEN NEW.kind IN ('sign', 'reject') THEN
		PERFORM promise.exception_check_pending(asked);
		IF is_asker THEN
			RAISE insufficient_privilege USING
				MESSAGE = format('role "%s" may not decide on its own request', session_user),
				HINT = CASE NEW.kind WHEN 'sign' THEN 'Somebody else has to sign.'
									 ELSE 'Withdraw it: promise.withdraw_exception().' END;
		END IF;
		PERFORM promise.exception_check_side(asked, NEW.side);
		IF NEW.kind = 'sign' THEN
			PERFORM promise.exception_check_signature(asked, NEW.side);
			NEW.expires_at := promise.now() + (promise.urgency_terms(asked.urgency)).approved_for;
		END IF;
	WHEN NEW.kind = 'withdraw' THEN
		IF asked.status <> 'approved'
		   OR EXISTS (SELECT FROM promise.exception_entry AS x
					  WHERE x.exception = asked.exception AND x.kind = 'reserve') THEN
			PERFORM promise.exception_check_pending(asked);
		END IF;
		IF NOT is_asker THEN
			RAISE insufficient_privilege USING
				MESSAGE = format('role "%s" has not asked for exception %s', session_user, asked.exception),
				HINT = 'Who decides rejects it: promise.reject_exception().';
		END IF;
	WHEN NEW.kind = 'reserve' THEN
		IF asked.status <> 'approved'
		   OR NOT EXISTS (SELECT FROM promise.commitment AS c
						  WHERE c.ref = asked.ref AND c.item = asked.item AND c.quantity > 0)
		   OR EXISTS (SELECT FROM promise.exception_entry AS x
					  WHERE x.exception = asked.exception AND x.kind = 'reserve') THEN
			RAISE object_not_in_prerequisite_state USING
				MESSAGE = format('nothing more is reserved for exception %s', asked.exception);
		END IF;
	END CASE;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION promise.exception_entry_check() IS
'refuses entries of those who may not, or not any more, and notes who writes when';

CREATE TRIGGER exception_entry_check
	BEFORE INSERT ON promise.exception_entry
	FOR EACH ROW EXECUTE FUNCTION promise.exception_entry_check();
COMMENT ON TRIGGER exception_entry_check ON promise.exception_entry IS
'refuses entries of those who may not, or not any more, and notes who writes when';

CREATE FUNCTION promise.exception_check_pending(asked promise.exception) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF asked.status <> 'pending' THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = format('exception %s is %s', asked.exception, asked.status),
			DETAIL = format('By "%s" at %s.', asked.decided_by,
							promise.policy_text(asked.decided_at, promise.policy_zone(NULL))),
			HINT = 'Ask for another one: promise.ask_exception().';
	END IF;
END
$$;
COMMENT ON FUNCTION promise.exception_check_pending(promise.exception) IS
'raises if an exception has been decided';

CREATE FUNCTION promise.exception_check_side(
	asked promise.exception,
	side text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	role_names text[] := ARRAY(SELECT s.role_name FROM promise.exception_signatories(asked.exception) AS s
							   WHERE s.side = side);
BEGIN
	IF side IS NOT NULL
	   AND NOT EXISTS (SELECT FROM unnest(role_names) AS r WHERE promise.acts_as(session_user, r)) THEN
		RAISE insufficient_privilege USING
			MESSAGE = format('role "%s" may not speak for %s', session_user, side),
			DETAIL = CASE WHEN role_names = '{}' THEN format('Nobody signs for %s here.', side)
						  ELSE format('These sign for %s here: %s.', side, array_to_string(role_names, ', ')) END,
			HINT = 'See promise.signatory.';
	END IF;
END
$$;
COMMENT ON FUNCTION promise.exception_check_side(promise.exception, text) IS
'raises if whoever has logged in may not speak for a side';

CREATE FUNCTION promise.exception_check_signature(
	asked promise.exception,
	side text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	own constant text := CASE side WHEN 'sales' THEN asked.sales_signed_by ELSE asked.operations_signed_by END;
	other constant text := CASE side WHEN 'sales' THEN asked.operations_signed_by ELSE asked.sales_signed_by END;
BEGIN
	IF own IS NOT NULL THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = format('role "%s" has signed exception %s for %s already', own, asked.exception, side);
	ELSIF other = session_user THEN
		RAISE insufficient_privilege USING
			MESSAGE = format('role "%s" may not sign for both sides', session_user),
			DETAIL = format('It has signed exception %s for %s.', asked.exception,
							CASE side WHEN 'sales' THEN 'operations' ELSE 'sales' END);
	END IF;
END
$$;
COMMENT ON FUNCTION promise.exception_check_signature(promise.exception, text) IS
'raises if a side has signed already, or whoever has logged in has done so for the other';

CREATE TRIGGER history_keep
	BEFORE UPDATE OR DELETE OR TRUNCATE ON promise.exception_entry
	FOR EACH STATEMENT EXECUTE FUNCTION promise.history_keep();
ALTER TABLE promise.exception_entry ENABLE ALWAYS TRIGGER history_keep;
COMMENT ON TRIGGER history_keep ON promise.exception_entry IS
'entries stay as they are, even if somebody was granted more';
