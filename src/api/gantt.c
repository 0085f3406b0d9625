/*
 * gantt.c - plans against time, drawn in characters.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "api/plan_question.h"
#include "api/plan_reason.h"
#include "api/question.h"
#include "engine/gantt.h"
#include "store/nodes.h"
#include "store/planned_read.h"
#include "types/due.h"
#include "types/report.h"
#include "types/timezone_setting.h"
#include "types/wording.h"

PG_FUNCTION_INFO_V1(promise_gantt);
PG_FUNCTION_INFO_V1(promise_gantt_planned);

#define MIN_WIDTH		60
#define MAX_WIDTH		1000
#define COLUMNS_PER_TICK 12

/* a plan, and what it is called */
typedef struct Section
{
	char	   *title;
	PlanTree	tree;
	const bool *firm;			/* of each lot; NULL: none is */
} Section;

typedef struct Picture
{
	ReturnSetInfo *rsinfo;
	int			width;
	int			label_width;
	Gantt		scale;
	StringInfoData line;
} Picture;

static int	get_width(FunctionCallInfo fcinfo, int argno);
static void draw(ReturnSetInfo *rsinfo, int width, Instant from,
				 Section *sections, int nsections);
static void find_extent(const Section *sections, int nsections, int width,
						Instant from, Picture *picture);
static Instant midnight_before(Instant at);
static bool is_drawn(const PlanTree *tree, const PlanTreeRow *row);
static void put_scale(Picture *picture);
static void put_section(Picture *picture, const Section *section);
static char *label(const Section *section, const PlanTreeRow *row);
static void put_label(Picture *picture, const char *text);
static void put_line(Picture *picture);

/*
 * gantt(item, quantity, due, location, after, exclude, objective, placement,
 *		 width, effort)
 */
Datum
promise_gantt(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlanQuestion question;
	Section		section;
	const PlanAnswer *answer = &question.plan.answer;
	int			width = get_width(fcinfo, 8);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;

	plan_question_get(fcinfo, &question);
	plan_question_get_wishes(fcinfo, &question, 9);
	plan_question_ask(&question);
	if (!question.found || !answer->possible)
	{
		Picture		picture = {.rsinfo = rsinfo};

		initStringInfo(&picture.line);
		appendStringInfo(&picture.line, "no plan for %s of item \"%s\": %s",
						 wording_quantity(question.request.quantity),
						 question.request.item,
						 question.found ? plan_reason_detail(answer) :
						 "nothing is known of it");
		put_line(&picture);
		return (Datum) 0;
	}

	plan_tree_build(question.capable->network, &answer->plan, &section.tree);
	section.firm = NULL;
	section.title = psprintf("%s of item \"%s\" from location \"%s\" on %s",
							 wording_quantity(question.request.quantity),
							 question.request.item, question.plan.location,
							 wording_instant(answer->at));
	draw(rsinfo, width, question.query.now, &section, 1);
	return (Datum) 0;
}

/*
 * gantt_planned(ref, width)
 */
Datum
promise_gantt_planned(PG_FUNCTION_ARGS)
{
	const char *ref = question_text(fcinfo, 0);
	NetworkQuery query = {
		.now = nodes_now(),
		.limit = INSTANT_END,
		.exclude = &ref,
		.nexclude = 1
	};
	PlanNetwork *network;
	RecordedPlan *plans;
	Section    *sections;
	int			nplans;
	int			width = get_width(fcinfo, 1);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (ref == NULL)
		return (Datum) 0;
	network = network_open(&query);
	plans = planned_read(network, ref, PLANNED_ALL, &nplans);
	sections = palloc(sizeof(Section) * (Size) Max(nplans, 1));
	for (int i = 0; i < nplans; i++)
	{
		if (plans[i].problem != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("what is planned for \"%s\" cannot be understood",
							ref),
					 errdetail("%s.", plans[i].problem)));
		plan_tree_build(network, &plans[i].plan, &sections[i].tree);
		sections[i].firm = plans[i].firm;
		sections[i].title = psprintf("%s \"%s\"", plans[i].inherited ?
									 "inherited by" : "planned for", ref);
	}
	if (nplans > 0)
		draw((ReturnSetInfo *) fcinfo->resultinfo, width, INSTANT_END,
			 sections, nplans);
	return (Datum) 0;
}

static int
get_width(FunctionCallInfo fcinfo, int argno)
{
	int			width = PG_ARGISNULL(argno) ? 100 : PG_GETARG_INT32(argno);

	if (width < MIN_WIDTH || width > MAX_WIDTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("width must be between %d and %d", MIN_WIDTH, MAX_WIDTH)));
	return width;
}

/*
 * The plans below each other on one scale, which begins where they do, or earlier.
 */
static void
draw(ReturnSetInfo *rsinfo, int width, Instant from, Section *sections,
	 int nsections)
{
	Picture		picture = {.rsinfo = rsinfo,.width = width};

	initStringInfo(&picture.line);
	find_extent(sections, nsections, width, from, &picture);
	put_scale(&picture);
	for (int i = 0; i < nsections; i++)
		put_section(&picture, &sections[i]);
	appendStringInfo(&picture.line,
					 "* critical path  %c on it  %c beside it  %c lot  %c closed  %c taken",
					 GANTT_CRITICAL, GANTT_UNDER_WAY, GANTT_LOT, GANTT_CLOSED,
					 GANTT_INSTANT);
	put_line(&picture);
}

/*
 * How wide labels are, at most two fifths of the line, and the scale of the rest.
 */
static void
find_extent(const Section *sections, int nsections, int width, Instant from,
			Picture *picture)
{
	Instant		upto = INSTANT_BEGIN;

	for (int i = 0; i < nsections; i++)
	{
		const PlanTree *tree = &sections[i].tree;

		for (int j = 0; j < tree->nrows; j++)
		{
			const PlanTreeRow *row = &tree->rows[j];

			if (!is_drawn(tree, row))
				continue;
			from = Min(from, row->start);
			upto = Max(upto, row->end);
			picture->label_width = core_max(picture->label_width,
											pg_mbstrlen(label(&sections[i], row)));
		}
	}
	picture->label_width = Min(picture->label_width, width * 2 / 5);
	gantt_scale(midnight_before(from), from, Max(from, upto),
				width - picture->label_width - 1, &picture->scale);
}

/* in the zone promise.timezone */
static Instant
midnight_before(Instant at)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;
	DueZone		zone;
	Timestamp	midnight;

	if (timestamp2tm(at, &tz, &tm, &fsec, NULL, timezone_setting_get()) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	midnight = (Timestamp) (date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) -
							POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;
	due_zone_init(&zone, timezone_setting_get());
	return core_min(due_from_local(&zone, midnight), at);
}

/*
 * Of what is taken only the request, if there still is one: the rest is seen by
 * its lots.
 */
static bool
is_drawn(const PlanTree *tree, const PlanTreeRow *row)
{
	return row->kind != PLAN_ROW_NEED ||
		(row->level == 0 && tree->plan->needs[0].quantity > 0);
}

/*
 * Dates above a ruler.
 */
static void
put_scale(Picture *picture)
{
	const Gantt *scale = &picture->scale;
	int			columns = picture->width - picture->label_width - 1;

	put_label(picture, "");
	for (int column = 0; column < scale->ncolumns; column += COLUMNS_PER_TICK)
	{
		char	   *date = wording_instant(gantt_column_begin(scale, column));
		bool		is_long = strlen(date) >= 16;

		/* "yyyy-mm-dd hh:mm..." shows its date, or day and time */
		if (is_long && scale->length >= USECS_PER_DAY)
			date[10] = '\0';
		else if (is_long)
		{
			date[16] = '\0';
			date += 5;
		}
		if (column + (int) strlen(date) <= columns)
			appendStringInfo(&picture->line, "%-*s", COLUMNS_PER_TICK, date);
	}
	put_line(picture);

	put_label(picture, "");
	for (int column = 0; column < scale->ncolumns; column++)
		appendStringInfoChar(&picture->line,
							 column % COLUMNS_PER_TICK == 0 ? '+' : '-');
	put_line(picture);
}

static void
put_section(Picture *picture, const Section *section)
{
	const PlanTree *tree = &section->tree;
	char	   *bar = palloc(picture->scale.ncolumns + 1);

	appendStringInfoString(&picture->line, section->title);
	put_line(picture);
	for (int i = 0; i < tree->nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_drawn(tree, &tree->rows[i]))
			continue;
		put_label(picture, label(section, &tree->rows[i]));
		gantt_bar(&picture->scale, &tree->rows[i], bar);
		appendStringInfoString(&picture->line, bar);
		put_line(picture);
	}
	pfree(bar);
}

/*
 * What a row is, further in the more lots it is for.
 */
static char *
label(const Section *section, const PlanTreeRow *row)
{
	static const char *const verbs[] = {
		[PLAN_MAKE] = "make",[PLAN_BUY] = "buy",
		[PLAN_MOVE] = "move",[PLAN_KIT] = "kit"
	};
	const SupplyPlan *plan = section->tree.plan;
	const PlanNeed *need = &plan->needs[row->need];
	const PlanLot *lot = row->lot < 0 ? NULL : &plan->lots[row->lot];
	const char *indent = psprintf("%c %*s", row->critical ? '*' : ' ',
								  row->kind == PLAN_ROW_NEED ? 0 : (row->level + 2) / 2 * 2, "");

	if (row->kind == PLAN_ROW_NEED)
		return psprintf("%stake %s %s", indent,
						wording_quantity(need->quantity), need->node->item);
	if (row->kind == PLAN_ROW_LOT)
		return psprintf("%s%s %s %s%s", indent, verbs[lot->source->kind],
						wording_quantity(lot->quantity), need->node->item,
						section->firm != NULL && section->firm[row->lot] ?
						", firm" : "");
	else
	{
		const PlanStep *step = &lot->source->steps[row->step];
		StringInfoData text;

		initStringInfo(&text);
		appendStringInfo(&text, "%sstep %d", indent, step->step);
		for (int i = 0; i < step->nuses; i++)
			appendStringInfo(&text, " %s",
							 lot->tasks[row->step].resources[i]->name);
		return text.data;
	}
}

/* of a long one the beginning */
static void
put_label(Picture *picture, const char *text)
{
	int			length = pg_mbstrlen(text);

	if (length > picture->label_width)
	{
		int			bytes = pg_mbcharcliplen(text, strlen(text),
											 picture->label_width - 2);

		appendBinaryStringInfo(&picture->line, text, bytes);
		appendStringInfoString(&picture->line, "..");
		length = picture->label_width;
	}
	else
		appendStringInfoString(&picture->line, text);
	appendStringInfoSpaces(&picture->line, picture->label_width - length + 1);
}

/* send the line without its trailing blanks, and empty it */
static void
put_line(Picture *picture)
{
	StringInfo	line = &picture->line;
	ReturnSetInfo *rsinfo = picture->rsinfo;
	Datum		value;
	bool		isnull = false;

	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	value = CStringGetTextDatum(line->data);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, &value, &isnull);
	resetStringInfo(line);
}
