/*
 * network_state.h - a network that is being read.
 *
 * For the files network_*.c alone.
 */
#ifndef PROMISE_NETWORK_STATE_H
#define PROMISE_NETWORK_STATE_H

#include "postgres.h"

#include "store/fetch.h"
#include "store/network.h"
#include "store/network_row.h"

typedef struct NetworkSource NetworkSource;
typedef struct NetworkResource NetworkResource;

typedef struct NetworkNode
{
	PlanNode	base;			/* must be first */
	NetworkSource *needed_for;	/* what named it first, whose other components
								 * are read together with it; NULL: it was
								 * asked for */
} NetworkNode;

struct NetworkSource
{
	PlanSource	base;			/* must be first */
	const char *item;
	const char *location;
	const char *from_location;	/* of a move */
	bool		says_what_it_moves; /* a component of it is its own item */
	RowRange	effective;
	PlanDuration fence;
	bool		complete;		/* its components, outputs and steps are there */
	bool		by_item;		/* a query by item, and one by name, gave its */
	bool		by_name;		/* row; a second row of either is an error */
};

/*
 * A resource, or just a name that steps, skills or pools mention.
 */
struct NetworkResource
{
	PlanResource base;			/* must be first */
	bool		known;			/* has a row of its own */
	bool		looked_for_row;
	bool		looked_for_members;
	bool		visited;		/* by a walk through pools */
	const char *calendar;		/* NULL: always open */
	NetworkResource **members;	/* it is a pool of these; by name */
	int			nmembers;
	int			max_members;
	const PlanUse *read_with;	/* whose other choices are read together with
								 * it; NULL: none */
};

/* A row of a matrix of changeovers. */
typedef struct ChangeoverRow
{
	const char *from;			/* NULL: any other */
	const char *to;
	int64		duration;
} ChangeoverRow;

typedef struct Changeovers
{
	bool		was_read;
	ChangeoverRow *rows;		/* by from, to */
	int			nrows;
	int			max_rows;
} Changeovers;

/* what is found by a name */
typedef struct NameTable NameTable;

typedef struct Network
{
	PlanNetwork base;			/* must be first */
	MemoryContext context;		/* of all that is read */
	bool		as_owner;
	bool		by_ref;
	const char **exclude;
	int			nexclude;
	struct networknodes_hash *node_table;	/* by item and location */
	NameTable  *sources;
	NameTable  *resources;
	NameTable  *skills;			/* of NetworkSkill */
	NameTable  *calendars;		/* by their text */
	NameTable  *changeovers;
	NetworkReads reads;

	Fetch		fetch;			/* of the read under way */
} Network;

/* Make room for one more in an array, at first in the current memory context. */
#define NETWORK_GROW(array_, n_, max_) \
	do { \
		if ((n_) < (max_)) \
			break; \
		(max_) = Max(2 * (max_), 8); \
		(array_) = (array_) == NULL ? palloc((max_) * sizeof(*(array_))) : \
			repalloc_huge((array_), (max_) * sizeof(*(array_))); \
	} while (0)

/* network.c */
extern NameTable *network_names(void);
extern void **network_name(NameTable *table, const char *name);
extern void network_begin_fetch(Network *network, const char *location);

/* network_source.c */
extern void network_read_sources(Network *network, NetworkNode **nodes,
								 int nnodes);
extern NetworkSource *network_read_source(Network *network, const char *name);
extern const char **network_yielding(Network *network, const char *item,
									 int *nnames);
extern NetworkRow network_source_row(Network *network, NetworkSource **sources,
									 const PreparedQuery *query,
									 const Datum *values, const bool *nulls,
									 NetworkSource **source);

/* network_parts.c: within fetch_run */
extern void network_complete_sources(Network *network,
									 NetworkSource **sources, int nsources);

/* network_routing.c: within fetch_run */
extern void network_read_routing(Network *network, NetworkSource **sources,
								 int nsources);

/* network_resource.c */
typedef struct NetworkChoice
{
	NetworkResource *resource;
	int			row;			/* of the step that allows it */
	int			priority;		/* among those that have the skill */
} NetworkChoice;

/* the resources that would do, while they are gathered */
typedef struct NetworkChoices
{
	const char *source;			/* for people */
	int			step;
	NetworkChoice *choices;
	int			nchoices;
	int			max_choices;
	int			nrows;
} NetworkChoices;

extern NetworkResource *network_resource(Network *network, const char *name);
extern void network_look_for_resources(Network *network,
									   const char **resources, int nresources,
									   const char **skills, int nskills);
extern void network_add_choices(Network *network, NetworkChoices *choices,
								const char *resource, const char *skill);
extern void network_finish_choices(Network *network, NetworkChoices *choices,
								   PlanUse *use);
extern void network_read_resource(PlanNetwork *network,
								  PlanResource *resource);

/* network_setup.c */
extern int64 network_changeover(PlanNetwork *network,
								const PlanResource *resource,
								const char *from, const char *to);

/* network_time.c */
typedef struct NetworkCalendar
{
	CalendarRules rules;
	const CalendarZone *zone;
	WorkTime   *work;
} NetworkCalendar;

extern const NetworkCalendar *network_calendar(Network *network,
											   const char *text,
											   const char *what,
											   const char *name);
extern Instant network_after(const NetworkCalendar *calendar, Instant start,
							 PlanDuration duration);
extern Span network_range(Network *network, const RowRange *range,
						  const char *location);

#endif							/* PROMISE_NETWORK_STATE_H */
