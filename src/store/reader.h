/*
 * reader.h - the rows of a read, while they are being gathered.
 *
 * Used by nodes.c alone: it runs the queries, and makes nodes of what the
 * functions here have gathered.
 */
#ifndef PROMISE_READER_H
#define PROMISE_READER_H

#include "postgres.h"

#include "store/nodes.h"
#include "store/plan.h"
#include "store/rules.h"
#include "store/value.h"
#include "types/due.h"

/* rows that do not say where they are, are here */
#define READER_DEFAULT_LOCATION "main"

/* A row of supply or demand before its location's zone is known. */
typedef struct RawEvent
{
	int64		at;				/* as its clock says */
	int64		expires_at;		/* the same; INSTANT_END if never */
	Quantity	delta;
	FlowDetail *detail;
	int			node;
	ValueClock	at_clock;
	ValueClock	expires_clock;
	uint8		accepted_clock; /* a ValueClock, of the detail's accepted_at */
	bool		is_demand;
	bool		is_planned;		/* expires_at is that of its hold */
	bool		dropped;		/* it turned out not to count */
} RawEvent;

/* An item at a location, while its rows are being read. */
typedef struct RawNode
{
	int			item;			/* position in the query */
	int			location;		/* position in the reader */
	int			nevents;		/* that count */
	int			position;		/* of its next event in the result */
	NodeRules	rules;
} RawNode;

typedef struct RawLocation
{
	const char *name;
	bool		exists;			/* has a location row, or is the default */
	bool		has_priority;
	int			priority;
	const char *zone_name;		/* NULL: promise.timezone */
	DueZone		zone;
} RawLocation;

/* A row of stocking and the node that it is about. */
typedef struct RawStocking
{
	int			node;
	StockingRow row;
} RawStocking;

/*
 * The ref of an own commitment, or of the hold that an event is planned for,
 * which a mapped row may take over.
 */
typedef struct OwnRef
{
	int			event;
	const char *ref;
} OwnRef;

struct locationtable_hash;		/* see reader.c */
struct nodetable_hash;

typedef struct Reader
{
	const NodeQuery *query;
	MemoryContext result;		/* of the caller */
	MemoryContext scratch;		/* until the read ends */
	const char **exclude;		/* sorted */

	Catalogue  *catalogue;		/* one for the whole read */
	bool		detail;			/* read with all details */
	bool		needs_detail;	/* a row turned up that asks for it */

	/* the query that is running */
	const Mapping *mapping;
	const char *label;			/* its relation, for people */
	int			number;			/* of its key, if it is for one */
	int			location;		/* of its rows, if they do not say */

	/* what the previous row said, which the next often repeats */
	Datum		last_datum;
	int			last_datum_location;
	int			last_item;
	int			last_location;
	int			last_node;

	bool	   *known;			/* by item */

	struct locationtable_hash *location_table;	/* by name */
	RawLocation *locations;
	int			nlocations;
	int			max_locations;

	struct nodetable_hash *node_table;	/* by item and location */
	RawNode    *nodes;
	int			nnodes;
	int			max_nodes;

	RawEvent   *events;
	int			nevents;
	int			max_events;

	RawStocking *stocking;
	int			nstocking;
	int			max_stocking;

	OwnRef	   *own_refs;
	int			nown_refs;
	int			max_own_refs;
	bool	   *taken_over;		/* by own ref */
} Reader;

extern void reader_begin(Reader *reader, const NodeQuery *query, bool detail,
						 MemoryContext result);
extern bool reader_take_event(const PreparedQuery *query, const Datum *values,
							  const bool *nulls, void *arg);
extern bool reader_take_stocking(const PreparedQuery *query, const Datum *values,
								 const bool *nulls, void *arg);
extern bool reader_take_location(const PreparedQuery *query, const Datum *values,
								 const bool *nulls, void *arg);
extern bool reader_take_existence(const PreparedQuery *query, const Datum *values,
								  const bool *nulls, void *arg);
extern bool reader_take_ref(const PreparedQuery *query, const Datum *values,
							const bool *nulls, void *arg);
extern int	reader_find_node(Reader *reader, int item, int location);

#endif							/* PROMISE_READER_H */
