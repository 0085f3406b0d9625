/*
 * 78_picture.sql - pictures for a browser: SVG, drawn from what the questions answer.
 *
 * A picture is one text, complete in itself.  psql writes it into a file
 * with \g (format=unaligned tuples_only=on) name.svg.
 *
 * Whatever can be seen has a title with its numbers, which browsers show under
 * the pointer.
 */

CREATE FUNCTION promise.svg_escape(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
SET search_path = pg_catalog, pg_temp
-- no other control character than these is allowed in XML
RETURN replace(replace(replace(replace(regexp_replace(words, '[\x01-\x08\x0B\x0C\x0E-\x1F]', '?', 'g'),
									   '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;');
COMMENT ON FUNCTION promise.svg_escape(text) IS
'a text as it is written in SVG';

/*
 * Where an axis has its marks: at round numbers, the least distance of 1, 2 or 5
 * times a power of ten that gives about "marks" of them.
 */
CREATE FUNCTION promise.axis_of_quantity(
	lowest numeric,
	highest numeric,
	marks integer
) RETURNS SETOF numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 8
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT m * d.distance
	FROM (SELECT min(f * p.power) AS distance
		  FROM (SELECT (highest - lowest) / marks AS wanted) AS w
		  CROSS JOIN LATERAL (SELECT power(10::numeric, floor(log(w.wanted))) AS power) AS p
		  CROSS JOIN (VALUES (1), (2), (5), (10)) AS factor (f)
		  WHERE f * p.power >= w.wanted) AS d
	CROSS JOIN LATERAL generate_series(ceil(lowest / d.distance), floor(highest / d.distance)) AS m
$$;
COMMENT ON FUNCTION promise.axis_of_quantity(numeric, numeric, integer) IS
'round numbers between two, about so many, for an axis';

/*
 * The same for time: at full hours, days, weeks, months or years of the zone.
 */
CREATE FUNCTION promise.axis_of_time(
	span tstzrange,
	marks integer,
	zone text,
	OUT at timestamptz,
	OUT label text
) RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 8
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT mark AT TIME ZONE zone, to_char(mark, d.label)
	FROM (SELECT s.distance, s.origin, s.label
		  FROM (VALUES (interval '1 hour', 'day', 'MM-DD HH24:MI'), ('3 hours', 'day', 'MM-DD HH24:MI'),
					   ('6 hours', 'day', 'MM-DD HH24:MI'), ('12 hours', 'day', 'MM-DD HH24:MI'),
					   ('1 day', 'day', 'YYYY-MM-DD'), ('2 days', 'week', 'YYYY-MM-DD'),
					   ('7 days', 'week', 'YYYY-MM-DD'), ('14 days', 'week', 'YYYY-MM-DD'),
					   ('1 month', 'year', 'YYYY-MM-DD'), ('3 months', 'year', 'YYYY-MM-DD'),
					   ('1 year', 'year', 'YYYY'), ('2 years', 'decade', 'YYYY'),
					   ('5 years', 'decade', 'YYYY'), ('10 years', 'century', 'YYYY'), ('100 years', 'century', 'YYYY'),
					   ('1000 years', 'millennium', 'YYYY'), ('10000 years', 'millennium', 'YYYY')) AS s (distance, origin, label)
		  WHERE s.distance >= least((upper(span) - lower(span)) / marks, '10000 years')
		  ORDER BY s.distance
		  LIMIT 1) AS d
	CROSS JOIN LATERAL generate_series(date_trunc(d.origin, lower(span) AT TIME ZONE zone),
									   upper(span) AT TIME ZONE zone, d.distance) AS mark
	WHERE mark AT TIME ZONE zone <@ span
$$;
COMMENT ON FUNCTION promise.axis_of_time(tstzrange, integer, text) IS
'round dates within a range, at most about so many, for an axis';

/* where an instant is, on an axis that ends 30 before the edge */
CREATE FUNCTION promise.svg_x(
	at timestamptz,
	span tstzrange,
	plot_left integer,
	width integer
) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
RETURN round(plot_left + (width - plot_left - 30)
			 * extract(epoch FROM least(greatest(at, lower(span)), upper(span)) - lower(span))
			 / extract(epoch FROM upper(span) - lower(span)), 1);
COMMENT ON FUNCTION promise.svg_x(timestamptz, tstzrange, integer, integer) IS
'the distance of an instant from the left edge of a picture';

/*
 * What all pictures share: the size, the look, and an axis of time from "first"
 * to "last" (of y) over the whole height.
 */
CREATE FUNCTION promise.svg_document(
	title text,
	width integer,
	height integer,
	plot_left integer,
	span tstzrange,
	drawing text
) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT concat_ws(E'\n',
		format('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img">',
			   width, height, width, height),
		'<style>',
		'text { font: 12px sans-serif; fill: #333 } text.title { font-size: 15px; font-weight: bold }',
		'.date { text-anchor: middle } .number { text-anchor: end }',
		'.mark { stroke: #e3e3e3 } .zero { stroke: #333 }',
		'.available, .receipt { fill: #4f9d69 } .reserved { fill: #d3dae0 } .short, .demand { fill: #c8503c }',
		'.replenished { fill: #bfe0ca } .balance { fill: none; stroke: #333; stroke-width: 1.5 }',
		'.lot { fill: #b9c2ca } .step { fill: #6f94b8 } .critical { fill: #c8503c }',
		'</style>',
		format('<rect width="%s" height="%s" fill="#fff"/>', width, height),
		format('<text class="title" x="12" y="24">%s</text>', promise.svg_escape(title)),
		(SELECT string_agg(format('<line class="mark" x1="%1$s" x2="%1$s" y1="40" y2="%2$s"/>'
								  '<text class="date" x="%1$s" y="%3$s">%4$s</text>',
								  x, height - 40, height - 24, label), E'\n' ORDER BY x)
		 FROM promise.axis_of_time(span, greatest((width - plot_left) / 80, 1),
								   current_setting('promise.timezone'))
		 CROSS JOIN LATERAL promise.svg_x(at, span, plot_left, width) AS x),
		drawing,
		'</svg>')
$$;
COMMENT ON FUNCTION promise.svg_document(text, integer, integer, integer, tstzrange, text) IS
'a drawing with its title and an axis of time below, as a complete SVG document';

CREATE FUNCTION promise.chart_svg(
	item text,
	location text DEFAULT NULL,
	within tstzrange DEFAULT NULL,
	width integer DEFAULT 900
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	plot_left CONSTANT integer := 80;
	panel_height CONSTANT integer := 260;	-- of a location, plot and title
	plot_height CONSTANT integer := 200;
	zone CONSTANT text := current_setting('promise.timezone');
	first timestamptz;
	last timestamptz;
	span tstzrange;
	panels integer;
	drawing text;
BEGIN
	IF width NOT BETWEEN 200 AND 10000 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'width must be between 200 and 10000';
	END IF;
	SELECT min(v.at), max(v.at), count(DISTINCT v.location_name) INTO first, last, panels
	FROM promise.availability(item, location) AS v;
	IF panels = 0 THEN
		RETURN NULL;
	END IF;
	last := CASE WHEN last > first THEN last + (last - first) / 10 ELSE first + interval '28 days' END;
	first := COALESCE(NULLIF(lower(within), '-infinity'), first);
	last := COALESCE(NULLIF(upper(within), 'infinity'), last);
	IF isempty(within) OR last <= first THEN
		RAISE EXCEPTION 'range to draw is empty' USING ERRCODE = 'PR006',
			HINT = 'Without a begin it is now, without an end a little after the last change.';
	END IF;
	span := tstzrange(first, last);

	WITH state AS (
		-- how it is from one change to the next; stock that is there is no receipt
		SELECT v.location_name AS location, v.at, v.balance, greatest(v.atp, 0) AS atp,
			   COALESCE(lead(v.at) OVER of_location, upper(span)) AS until,
			   CASE WHEN row_number() OVER of_location > 1 THEN v.supply ELSE 0 END AS receipt,
			   CASE WHEN row_number() OVER of_location > 1 THEN v.demand ELSE 0 END AS demand,
			   v.place
		FROM promise.availability(item, location) WITH ORDINALITY
			AS v (at, supply, demand, balance, atp, location_name, place)
		WINDOW of_location AS (PARTITION BY v.location_name ORDER BY v.place)
	), panel AS (
		SELECT s.location, 40 + panel_height * (row_number() OVER (ORDER BY min(s.place)) - 1) AS top,
			   least(min(s.balance), 0) AS lowest,
			   greatest(max(s.balance), max(s.atp) FILTER (WHERE s.atp < 'Infinity'),
						CASE WHEN min(s.balance) >= 0 THEN 1 ELSE 0 END) AS highest
		FROM state AS s
		GROUP BY s.location
	), scaled AS (
		SELECT p.*, p.top + 30 + plot_height AS bottom, plot_height / (p.highest - p.lowest) AS scale
		FROM panel AS p
	), shown AS (
		SELECT s.*, p.bottom, promise.svg_x(s.at, span, plot_left, width) AS x1,
			   promise.svg_x(s.until, span, plot_left, width) AS x2,
			   round(p.bottom + p.lowest * p.scale, 1) AS zero,
			   round(p.bottom + (p.lowest - s.balance) * p.scale, 1) AS y,
			   round(p.bottom + (p.lowest - least(s.atp, p.highest)) * p.scale, 1) AS y_atp
		FROM state AS s JOIN scaled AS p USING (location)
		WHERE s.at < upper(span) AND s.until > lower(span)
	), part (layer, place, svg) AS (
		SELECT 0, p.top, format('<text x="%s" y="%s">%s</text>', plot_left, p.top + 20,
								promise.svg_escape('at ' || p.location))
		FROM scaled AS p
		UNION ALL
		SELECT 1, t.y, format('<line class="%1$s" x1="%2$s" x2="%3$s" y1="%4$s" y2="%4$s"/>'
								'<text class="number" x="%5$s" y="%6$s">%7$s</text>',
								CASE m WHEN 0 THEN 'zero' ELSE 'mark' END, plot_left, width - 30, t.y, plot_left - 8,
								t.y + 4, trim_scale(m))
		FROM scaled AS p
		CROSS JOIN LATERAL promise.axis_of_quantity(p.lowest, p.highest, 5) AS m
		CROSS JOIN LATERAL (SELECT round(p.bottom + (p.lowest - m) * p.scale, 1) AS y) AS t
		UNION ALL
		SELECT 2, s.place,
			   concat('<g><title>', promise.svg_escape(s.location), ' from ', to_char(s.at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'),
					  ': balance ', trim_scale(s.balance), ', ',
					  CASE s.atp WHEN 'Infinity' THEN 'replenished on demand'
								 ELSE trim_scale(s.atp) || ' can be promised' END, '</title>',
					  CASE WHEN s.balance < 0
						   THEN format('<rect class="short" x="%s" y="%s" width="%s" height="%s"/>',
									   s.x1, s.zero, s.x2 - s.x1, s.y - s.zero)
						   ELSE format('<rect class="reserved" x="%s" y="%s" width="%s" height="%s"/>',
									   s.x1, s.y, s.x2 - s.x1, s.zero - s.y) END,
					  CASE WHEN s.atp > 0
						   THEN format('<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>',
									   CASE s.atp WHEN 'Infinity' THEN 'replenished' ELSE 'available' END,
									   s.x1, s.y_atp, s.x2 - s.x1, s.zero - s.y_atp) END,
					  '</g>')
		FROM shown AS s
		UNION ALL
		SELECT 3, min(s.place),
			   '<path class="balance" d="M' || string_agg(format('%s %s H%s', s.x1, s.y, s.x2), ' L' ORDER BY s.place) || '"/>'
		FROM shown AS s
		GROUP BY s.location
		UNION ALL
		SELECT 4, s.place,
			   format('<path class="%s" d="M%s %s l-5 %s h10 Z"><title>%s of %s on %s</title></path>',
					  m.class, s.x1, s.bottom + m.tip, m.height, m.class, trim_scale(m.quantity),
					  to_char(s.at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'))
		FROM shown AS s
		CROSS JOIN LATERAL (VALUES ('receipt', s.receipt, 2, 9), ('demand', s.demand, 22, -9))
			AS m (class, quantity, tip, height)
		WHERE m.quantity > 0 AND s.at <@ span
	)
	SELECT string_agg(p.svg, E'\n' ORDER BY p.layer, p.place, p.svg) INTO drawing FROM part AS p;

	RETURN promise.svg_document(format('Item %s: what can be promised (green), what is promised for later (grey)', item),
								width, 40 + panel_height * panels + 50, plot_left, span, drawing);
END
$$;
COMMENT ON FUNCTION promise.chart_svg(text, text, tstzrange, integer) IS
'balance, availability, receipts and demand of an item over time, as an SVG picture; NULL: nothing is known of it';

CREATE FUNCTION promise.plan_label(line promise.plan_row) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
RETURN concat_ws(' ', CASE (line).kind WHEN 'demand' THEN 'take' ELSE (line).kind END, (line).step,
				 CASE WHEN (line).kind <> 'step' THEN trim_scale(abs((line).quantity)) END,
				 (line).item, (line).resource);
COMMENT ON FUNCTION promise.plan_label(promise.plan_row) IS
'what a row of a plan does, in a few words';

/*
 * A line for each lot, step and request; what lots take is seen by theirs.
 */
CREATE FUNCTION promise.gantt_svg(plan promise.plan_row[], width integer DEFAULT 900) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	line_height CONSTANT integer := 22;
	letter_width CONSTANT integer := 7;		-- about
	zone CONSTANT text := current_setting('promise.timezone');
	drawn CONSTANT promise.plan_row[] :=
		ARRAY(SELECT p FROM unnest(plan) AS p
			  WHERE p.kind IN ('make', 'buy', 'move', 'kit', 'step')
				 OR p.kind = 'demand' AND p.level = 0 AND p.quantity <> 0
			  ORDER BY p."row");
	plot_left integer;
	span tstzrange;
	title text;
	drawing text;
BEGIN
	IF width NOT BETWEEN 200 AND 10000 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'width must be between 200 and 10000';
	END IF;
	-- a little more on both sides, so that nothing ends at the edge
	SELECT tstzrange(p.first - p.margin, p.last + p.margin), least(p.label_width + 24, width * 2 / 5)
	INTO span, plot_left
	FROM (SELECT min(d.start_at) AS first, max(d.end_at) AS last,
				 greatest((max(d.end_at) - min(d.start_at)) / 50, interval '1 minute') AS margin,
				 max(10 * d.level + letter_width * length(promise.plan_label(d))) AS label_width
		  FROM unnest(drawn) AS d) AS p;
	IF cardinality(drawn) = 0 THEN
		RETURN NULL;
	END IF;

	WITH line AS (
		SELECT d.*, 46 + line_height * (row_number() OVER (ORDER BY d."row") - 1) AS top,
			   12 + 10 * d.level AS indent,
			   promise.svg_x(d.start_at, span, plot_left, width) AS x1,
			   promise.svg_x(d.end_at, span, plot_left, width) AS x2,
			   CASE WHEN d.critical THEN ' critical' END AS path,
			   promise.plan_label(d) AS label,
			   greatest((plot_left - 12 - 10 * d.level) / letter_width, 4) AS room
		FROM unnest(drawn) AS d
	)
	SELECT string_agg(concat(
			   '<g><title>',
			   promise.svg_escape(concat_ws(', ', l.label || CASE WHEN l.kind <> 'step' THEN ' at ' || l.location END,
											'source ' || l.source,
											to_char(l.start_at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI')
											|| CASE WHEN l.end_at > l.start_at
													THEN to_char(l.end_at AT TIME ZONE zone, '" to "YYYY-MM-DD HH24:MI') ELSE '' END,
											l.reason, l.detail)),
			   '</title>',
			   format('<text x="%s" y="%s">%s</text>', l.indent, l.top + 13,
					  promise.svg_escape(CASE WHEN length(l.label) > l.room THEN left(l.label, l.room - 2) || '..'
											  ELSE l.label END)),
			   CASE l.kind
			   WHEN 'demand' THEN format('<path class="step%s" d="M%s %s l6 6 l-6 6 l-6 -6 Z"/>', l.path, l.x1, l.top + 3)
			   WHEN 'step' THEN format('<rect class="step%s" x="%s" y="%s" width="%s" height="14"/>',
									   l.path, l.x1, l.top + 2, greatest(l.x2 - l.x1, 2))
			   ELSE format('<rect class="lot%s" x="%s" y="%s" width="%s" height="6"/>',
						   l.path, l.x1, l.top + 6, greatest(l.x2 - l.x1, 2)) END,
			   '</g>'), E'\n' ORDER BY l."row")
	INTO drawing FROM line AS l;

	SELECT format('%s of item %s on %s; red: the critical path', trim_scale(abs(p.quantity)), p.item,
				  to_char(p.start_at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'))
	INTO title FROM unnest(plan) AS p ORDER BY p."row" LIMIT 1;
	RETURN promise.svg_document(title, width, 46 + line_height * cardinality(drawn) + 46, plot_left, span, drawing);
END
$$;
COMMENT ON FUNCTION promise.gantt_svg(promise.plan_row[], integer) IS
'the rows of promise.plan() or promise.planned() against time, as an SVG picture; NULL: there is nothing to draw';
