/*
 * 98_rights.sql - who needs which rights: five kinds of roles.
 *
 * The extension creates no role and grants nothing to the roles of a business.
 * It knows what each of its objects is for, its area, and says which statements
 * give a role what its work takes; see doc/rights.md.
 *
 * What is new belongs to an area below, else sql/rights.sql lists it.  By
 * themselves belong to one: functions whose names begin with a value type's,
 * which compute only with values as those of the area "values" do, and what
 * nobody needs a right on, because rows come with their numbers and triggers
 * fire without it.
 */
CREATE FUNCTION promise.object_areas(
	OUT object_type text,
	OUT name text,
	OUT signature text,
	OUT area text
) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 300
SET search_path = pg_catalog, pg_temp
AS $$
	WITH named (area, object_type, names) AS (VALUES
		('network', 'table',
		 '{item,location,stocking,resource,resource_skill,changeover,source,component,output,
		   step,precedence,lane,substitute}'::text[]),
		('stock', 'table', '{supply,load,resource_change}'),
		('deliveries', 'table', '{delivery,outcome}'),
		('promises', 'table', '{commitment}'),
		('plans', 'table', '{planned_lot,planned_flow,planned_load,planned_step}'),
		('records', 'table', '{ledger,amendment,gone_order,gone,slip,delivered,ref_resource,item_resource,step_outcome}'),
		('audit', 'table', '{offer_seen,audit}'),
		('alerts', 'table', '{alert}'),
		('shortages', 'table', '{open_alerts,shortage}'),
		('exceptions', 'table', '{exception}'),
		('exception entries', 'table', '{exception_entry}'),
		('acknowledgements', 'table', '{acknowledgement}'),
		('exception lists', 'table', '{exceptions,escalations,rejected_orders,notices,feed,unacknowledged}'),
		('parties', 'table', '{customer,seller,signatory}'),
		('guidelines', 'table', '{policy,flexibility,urgency,feed_time}'),
		('rates', 'table', '{hour_rate}'),
		('pipeline', 'table', '{pipeline}'),
		('projects', 'table', '{project}'),
		('checklists', 'table', '{checklist}'),
		('project records', 'table',
		 '{checklist_answer,deliverable,estimate,estimate_review,project_signature}'),
		('project lists', 'table', '{deliverable_now,estimate_outcome,step_estimate}'),
		('configuration', 'table', '{mapping,guard,guard_watch,guard_limit}'),
		('configured', 'table', '{mappings,mapping_problems,guards}'),
		('internal', 'table', '{node_lock}'),

		('values', 'function',
		 '{atp,capacity,check_walk,closed_on,cumulative,discrete_atp,ical_holidays,is_open,max_over,
		   min_over,normal_probability,open,pert,request,run_time,shift,steps,sum,value_at,
		   working_time,zone}'),
		('questions', 'function',
		 '{availability,axis_of_quantity,axis_of_time,capacity_events,chart,chart_svg,check_pipeline,conflicts,demanded,earliest,events,explain,
		   families,feasible,feasible_dates,gantt,gantt_planned,gantt_svg,history,node_rules,now,pipeline_lines,
		   pipeline_offers,plan,plan_label,plan_reads,planned,quote,quote_lines,quote_query,resource_calendars,
		   sources,svg_document,svg_escape,svg_x,windows,
		   check_balance,check_deliveries,check_flows,check_levels,check_offers,check_plan,
		   counted_items,counted_nodes,counted_resources}'),
		('questions about guidelines', 'function',
		 '{allowed,ask_limits,check_initiation,check_limits,check_policy,end_of_day,guideline_check,
		   lead_time_end,limits_named,load_promises,load_used,
		   may_act,open_times,order_day,policy_ask,policy_ask_load,policy_covers,policy_first,policy_first_date,policy_is_for,
		   policy_judge,policy_judge_change,policy_judge_date,policy_judge_each,policy_judge_line_loads,
		   policy_judge_lines,policy_judge_load,policy_judge_loads,policy_judge_share,policy_judge_shares,
		   policy_period,policy_shares,policy_text,
		   policy_winners,policy_zone,share_used,specificity,order_changes,time_after,times_changed,work_within}'),
		('reading exceptions', 'function',
		 '{acknowledge_by,acts_as,booked_deliveries,exception_check_pending,exception_check_side,exception_check_signature,
		   exception_history,exception_is_used,exception_missing,exception_plan,
		   exception_plan_text,exception_signatories,exception_standing,exception_state,
		   exception_statistics,in_scope,is_superuser,may_restore,nearest_alternative,notices,urgency_names,
		   urgency_terms}'),
		('acknowledging', 'function', '{acknowledge}'),
		('deciding', 'function',
		 '{add_alternative,ask_exception,carry_out_exception,comment_exception,plan_anew,
		   plan_capacity,plan_move,reject_exception,settle_exception,sign_exception,
		   withdraw_exception}'),
		('reports', 'function',
		 '{add_up,corrected_estimates,criticality,date_left,days_taken,delivered_before,estimator_bias,first_promises,fisher,leaderboard,mapped_deliveries,mapped_promises,misalignment_group,misalignments,
		   path_dates,path_estimate,path_estimates,project_runs,project_tasks,propose_lead_times,q_values,retention,scope_review,scoreboard,scoreboard_group,
		   scoreboard_lines,scoreboard_period,scoreboard_value,simulate_dates,simulate_path,wilson,
		   deliveries_of,design_effect,judged_lines,last_entry_at,line_delivered,line_kept,promised_parts,promised_until,with_pairs,
		   measured,resource_times,routing,stated_outputs,stated_precedences,stated_resources,stated_sources,
		   stated_steps,stated_values,all_open,time_open}'),
		('reading projects', 'function', '{initiation,is_initiated,project_hours,project_labour,project_profit,project_revision}'),
		('signing', 'function', '{sign_project}'),
		('promising', 'function', '{commit,commit_query,hold}'),
		('changing', 'function', '{change,release}'),
		('delivering', 'function', '{deliver}'),
		('planning', 'function', '{apply_estimates,apply_lead_times,clear_alerts,firm,key_condition,operand,proposed_literal,proposed_update}'),
		('auditing', 'function', '{promised_then}'),
		('supervision', 'function',
		 '{grant_script,guard_problems,guard_triggers,guard_view_tables,history_rows,mapping_problems,
		   mapping_query,object_areas,role_rights,verify}'),
		('administration', 'function',
		 '{enforce_initiation,enforce_policy,guard_check_watch,guard_create_triggers,guard_documents,
		   guard_drop_triggers,guard_mode,guard_own_table,guard_tables,guard_view_watches,history_open,keep_history,map,
		   protect,unmap,unprotect}')
	), member AS (
		SELECT d.classid, d.objid
		FROM pg_depend AS d
		WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
		  AND d.refobjid = (SELECT e.oid FROM pg_extension AS e WHERE e.extname = 'promise')
	), object (object_type, name, signature, area) AS (
		SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, c.relname::text, NULL,
			   CASE c.relkind WHEN 'S' THEN 'internal' END
		FROM member AS m JOIN pg_class AS c ON c.oid = m.objid
		WHERE m.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
		UNION ALL
		SELECT 'function', p.proname, p.oid::regprocedure::text,
			   CASE WHEN p.prorettype = 'trigger'::regtype THEN 'internal'
					WHEN p.proname ~ '^(calendar|due|profile)(_|$)' THEN 'values'
			   END
		FROM member AS m JOIN pg_proc AS p ON p.oid = m.objid
		WHERE m.classid = 'pg_proc'::regclass
	)
	SELECT o.object_type, o.name, o.signature, COALESCE(o.area, n.area)
	FROM object AS o
	LEFT JOIN named AS n ON n.object_type = o.object_type AND o.name = ANY (n.names)
	ORDER BY o.object_type COLLATE "C", o.name COLLATE "C", o.signature COLLATE "C"
$$;
COMMENT ON FUNCTION promise.object_areas() IS
'what each table, view, sequence and function of the extension is for; views are listed as tables';

/*
 * Nobody writes to what is planned and recorded: the functions do it, as the
 * owner of the tables.  The auditor changes nothing, and the administrator, who
 * makes the rules, promises nothing.
 */
CREATE FUNCTION promise.role_rights(
	OUT role_kind text,
	OUT area text,
	OUT privileges text
) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 80
BEGIN ATOMIC
	WITH granted (area, seller, operations, planner, administrator, auditor) AS (VALUES
		('network', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT'),
		('stock', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE',
		 'SELECT', 'SELECT'),
		('deliveries', 'SELECT', 'SELECT, INSERT', 'SELECT', 'SELECT', 'SELECT'),
		('promises', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE (at, quantity, delivered_at)',
		 'SELECT, UPDATE (at, quantity, delivered_at)', 'SELECT', 'SELECT'),
		('plans', 'SELECT', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
		('records', 'SELECT', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
		('audit', NULL, NULL, NULL, 'SELECT', 'SELECT'),
		('alerts', 'SELECT', 'SELECT', 'SELECT, UPDATE (cleared_at)', 'SELECT', 'SELECT'),
		('shortages', 'SELECT', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
		('exceptions', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE',
		 'SELECT', 'SELECT'),
		('exception entries', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT', 'SELECT'),
		('acknowledgements', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT', 'SELECT'),
		('exception lists', 'SELECT', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
		('parties', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
		('guidelines', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
		('rates', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
		('pipeline', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
		('projects', 'SELECT', 'SELECT',
		 'SELECT, INSERT (project, item, customer, checklist), UPDATE (customer)',
		 'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
		('checklists', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
		('project records', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT', 'SELECT'),
		('project lists', 'SELECT', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
		('configuration', NULL, NULL, 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
		('configured', NULL, NULL, 'SELECT', 'SELECT', 'SELECT'),
		('questions', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE'),
		('questions about guidelines', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE'),
		('reading exceptions', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE'),
		('acknowledging', NULL, 'EXECUTE', 'EXECUTE', NULL, NULL),
		('deciding', 'EXECUTE', 'EXECUTE', 'EXECUTE', NULL, NULL),
		('reports', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE'),
		('reading projects', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE', 'EXECUTE'),
		('signing', 'EXECUTE', 'EXECUTE', 'EXECUTE', NULL, NULL),
		('promising', 'EXECUTE', NULL, NULL, NULL, NULL),
		('changing', 'EXECUTE', NULL, 'EXECUTE', NULL, NULL),
		('delivering', NULL, 'EXECUTE', NULL, NULL, NULL),
		('planning', NULL, NULL, 'EXECUTE', NULL, NULL),
		('auditing', NULL, NULL, NULL, 'EXECUTE', 'EXECUTE'),
		('supervision', NULL, NULL, 'EXECUTE', 'EXECUTE', 'EXECUTE'),
		('administration', NULL, NULL, NULL, 'EXECUTE', NULL)
	)
	SELECT k.role_kind, g.area, k.privileges
	FROM granted AS g,
		 LATERAL (VALUES ('seller', g.seller), ('operations', g.operations), ('planner', g.planner),
						 ('administrator', g.administrator), ('auditor', g.auditor))
			AS k (role_kind, privileges)
	WHERE k.privileges IS NOT NULL;
END;
COMMENT ON FUNCTION promise.role_rights() IS
'what each kind of role may do with the objects of an area; no row: nothing';

/*
 * To ask a question also takes the right to read what is mapped.
 */
CREATE FUNCTION promise.grant_script(role_kind text, role name) RETURNS SETOF text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 20000 ROWS 40
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	kinds constant text[] := ARRAY(SELECT DISTINCT r.role_kind FROM promise.role_rights() AS r ORDER BY 1);
BEGIN
	IF role_kind <> ALL (kinds) THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('unknown kind of role "%s"', role_kind),
			HINT = format('Kinds are %s.', array_to_string(kinds, ', '));
	END IF;

	RETURN NEXT format('GRANT USAGE ON SCHEMA promise TO %I', role);
	RETURN QUERY
		SELECT format('GRANT %s ON %s %s TO %I', r.privileges, upper(o.object_type),
					  string_agg(CASE WHEN o.is_only THEN format('promise.%I', o.name) ELSE o.signature END,
								 ', ' ORDER BY o.name COLLATE "C", o.signature COLLATE "C"),
					  role)
		FROM promise.role_rights() AS r
		JOIN (SELECT a.*, count(*) OVER (PARTITION BY a.object_type, a.name) = 1 AS is_only
			  FROM promise.object_areas() AS a) AS o ON o.area = r.area
		WHERE r.role_kind = grant_script.role_kind
		GROUP BY o.object_type, o.area, r.privileges
		ORDER BY o.object_type DESC, o.area COLLATE "C";
	RETURN QUERY
		SELECT format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, role)
		FROM pg_namespace AS n
		WHERE n.oid IN (SELECT c.relnamespace
						FROM promise.mapping AS m JOIN pg_class AS c ON c.oid = m.relation)
		ORDER BY n.nspname COLLATE "C";
	RETURN QUERY
		SELECT format('GRANT SELECT ON TABLE %s TO %I', m.relation, role)
		FROM (SELECT DISTINCT m.relation::text AS relation FROM promise.mapping AS m) AS m
		ORDER BY m.relation COLLATE "C";
END
$$;
COMMENT ON FUNCTION promise.grant_script(text, name) IS
'the statements that give a role what a seller, operations, a planner, an administrator or an auditor needs, for psql''s \gexec';

/*
 * Code that others run.  The guard reads a mapped relation with the rights of its
 * owner, and what the expressions of a mapping and the queries of a watch call runs
 * with them.  So only who has these rights may write such rows.  Guards without
 * watches carry no code.
 */
CREATE FUNCTION promise.code_is_owners() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	target regclass := NEW.relation;
BEGIN
	IF TG_TABLE_NAME = 'guard_watch' THEN
		target := (SELECT g.relation FROM promise.guard AS g WHERE g.guard = NEW.guard);
	ELSIF TG_TABLE_NAME = 'guard' THEN
		IF NOT EXISTS (SELECT FROM promise.guard_watch AS w WHERE w.guard = NEW.guard) THEN
			RETURN NEW;
		END IF;
	END IF;
	IF EXISTS (SELECT FROM pg_class AS c
			   WHERE c.oid = target AND NOT pg_has_role(c.relowner, 'USAGE')) THEN
		RAISE insufficient_privilege USING
			MESSAGE = format('must be owner of relation %s', target),
			DETAIL = 'What a mapping calls runs with the rights of the owner.',
			HINT = 'Let the owner map it, or a member of that role.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION promise.code_is_owners() IS
'refuses mappings and watches to who has not the rights that their expressions run with';

CREATE TRIGGER code_is_owners
	BEFORE INSERT OR UPDATE ON promise.mapping
	FOR EACH ROW EXECUTE FUNCTION promise.code_is_owners();
CREATE TRIGGER code_is_owners
	BEFORE INSERT OR UPDATE ON promise.guard
	FOR EACH ROW EXECUTE FUNCTION promise.code_is_owners();
CREATE TRIGGER code_is_owners
	BEFORE INSERT OR UPDATE ON promise.guard_watch
	FOR EACH ROW EXECUTE FUNCTION promise.code_is_owners();
COMMENT ON TRIGGER code_is_owners ON promise.mapping IS
'who maps has the rights that the expressions run with';
COMMENT ON TRIGGER code_is_owners ON promise.guard IS
'who guards a watched view has the rights that the watches run with';
COMMENT ON TRIGGER code_is_owners ON promise.guard_watch IS
'who watches has the rights that the query runs with';

/*
 * The functions write to own tables as the owner of these, and triggers would run
 * as him.
 */
REVOKE TRIGGER ON ALL TABLES IN SCHEMA promise FROM @extowner@;

/*
 * PUBLIC may call what computes only with values, and nothing else: a question
 * reveals other people's orders, a mapping holds code that runs with the rights of
 * whoever asks, a guard decides what others may write.  The owner of the extension
 * may call everything, and says who else may.
 *
 * An upgrade script ends with this block, too.  What the owner was given once, he
 * may have granted to others or to PUBLIC: that is passed over.
 */
DO $$
DECLARE
	owner oid;
	private text;
BEGIN
	SELECT e.extowner INTO STRICT owner
	FROM pg_catalog.pg_extension AS e
	WHERE e.extname OPERATOR(pg_catalog.=) 'promise';

	FOR private IN
		SELECT a.signature
		FROM promise.object_areas() AS a
		JOIN pg_catalog.pg_proc AS p
			ON p.oid OPERATOR(pg_catalog.=) a.signature::pg_catalog.regprocedure
		WHERE a.object_type OPERATOR(pg_catalog.=) 'function'
		  AND a.area IS DISTINCT FROM 'values'
		  AND NOT EXISTS (SELECT
						  FROM pg_catalog.aclexplode(p.proacl) AS g
						  WHERE g.grantee OPERATOR(pg_catalog.=) owner AND g.is_grantable)
	LOOP
		EXECUTE pg_catalog.format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', private);
		EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO %I WITH GRANT OPTION',
								  private, pg_catalog.pg_get_userbyid(owner));
	END LOOP;
END
$$;
