/*
 * network_resource.c - what steps occupy: resources, pools and skills.
 *
 * A step names a resource, or a pool by a name of the same kind, or a skill, or
 * both.  Which resources would do is found out when the step is read; what
 * occupies them when the planner comes to them.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "store/network_state.h"
#include "store/resources.h"
#include "types/report.h"

/* a resource that has a skill */
typedef struct SkilledResource
{
	NetworkResource *resource;
	int			priority;
} SkilledResource;

typedef struct NetworkSkill
{
	bool		was_read;
	SkilledResource *resources;
	int			nresources;
	int			max_resources;
} NetworkSkill;

/* names to be looked for, each once */
typedef struct Names
{
	const char **names;
	int			n;
	int			max;
} Names;

typedef struct ResourceSearch
{
	Network    *network;
	const KeyList *keys;
} ResourceSearch;

static void find_skills(Network *network, const char **skills, int nskills,
						Names *found);
static void find_members(Network *network, Names *names);
static void find_rows(Network *network, const Names *names);
static bool take_skilled(const PreparedQuery *query, const Datum *values,
						 const bool *nulls, void *arg);
static bool take_member(const PreparedQuery *query, const Datum *values,
						const bool *nulls, void *arg);
static bool take_row(const PreparedQuery *query, const Datum *values,
					 const bool *nulls, void *arg);
static const char *first_text(const char *a, const char *b);
static void add_name(Names *names, const char *name);
static void add_leaves(Network *network, NetworkChoices *choices,
					   NetworkResource *resource, const char *skill,
					   int priority);
static bool get_skill(Network *network, const char *skill,
					  const NetworkResource *resource, int *priority);
static int	compare_choices(const void *a, const void *b);
static void fill_resource(Network *network, NetworkResource *resource,
						  const CapacityNode *capacity);
static int	compare_setups(const void *a, const void *b);

/*
 * The resource or pool of a name, of which nothing may be known yet.
 */
NetworkResource *
network_resource(Network *network, const char *name)
{
	void	  **slot = network_name(network->resources, name);
	MemoryContext old;
	NetworkResource *resource;

	if (*slot != NULL)
		return *slot;
	old = MemoryContextSwitchTo(network->context);
	resource = palloc0(sizeof(NetworkResource));
	resource->base.name = pstrdup(name);
	resource->base.number = network->base.nresources++;
	*slot = resource;
	MemoryContextSwitchTo(old);
	return resource;
}

/*
 * Find out what these names and skills stand for; within fetch_run.
 */
void
network_look_for_resources(Network *network, const char **resources,
						   int nresources, const char **skills, int nskills)
{
	Names		names = {NULL, 0, 0};

	for (int i = 0; i < nresources; i++)
		add_name(&names, resources[i]);
	find_skills(network, skills, nskills, &names);
	find_members(network, &names);
	find_rows(network, &names);
}

/*
 * The resources that have these skills, added to those found.
 */
static void
find_skills(Network *network, const char **skills, int nskills, Names *found)
{
	Names		names = {NULL, 0, 0};
	KeyList		keys;
	ResourceSearch search = {.network = network,.keys = &keys};

	for (int i = 0; i < nskills; i++)
	{
		void	  **slot = network_name(network->skills, skills[i]);

		if (*slot == NULL)
			*slot = MemoryContextAllocZero(network->context,
										   sizeof(NetworkSkill));
		if (!((NetworkSkill *) *slot)->was_read)
			add_name(&names, skills[i]);
		((NetworkSkill *) *slot)->was_read = true;
	}
	keys = (KeyList)
	{
		.keys = names.names,.nkeys = names.n
	};
	if (names.n > 0)
		fetch_role(&network->fetch, ROLE_RESOURCE_SKILL, 0, &keys,
				   take_skilled, &search);

	for (int i = 0; i < nskills; i++)
	{
		const NetworkSkill *skill = *network_name(network->skills, skills[i]);

		for (int j = 0; j < skill->nresources; j++)
			add_name(found, skill->resources[j].resource->base.name);
	}
}

static bool
take_skilled(const PreparedQuery *query, const Datum *values,
			 const bool *nulls, void *arg)
{
	ResourceSearch *search = arg;
	Network    *network = search->network;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	const char *name =
	search->keys->keys[fetch_number(&network->fetch, query, values)];
	NetworkSkill *skill = *network_name(network->skills, name);
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,.what = "skill",.key = name
	};

	if (row_has(&row, FIELD_RESOURCE))
	{
		NETWORK_GROW(skill->resources, skill->nresources, skill->max_resources);
		skill->resources[skill->nresources++] = (SkilledResource)
		{
			.resource = network_resource(network, row_key(&row, FIELD_RESOURCE)),
				.priority = row_integer(&row, FIELD_PRIORITY)
		};
	}
	MemoryContextSwitchTo(old);
	return true;
}

/*
 * The members of these names, as far as they are pools, and the members of
 * those; all are added to the names.
 */
static void
find_members(Network *network, Names *names)
{
	int			nsearched = 0;

	while (nsearched < names->n)
	{
		Names		pools = {NULL, 0, 0};
		KeyList		keys;
		ResourceSearch search = {.network = network,.keys = &keys};

		for (int i = nsearched; i < names->n; i++)
		{
			NetworkResource *resource = network_resource(network, names->names[i]);

			if (!resource->looked_for_members)
				add_name(&pools, names->names[i]);
			resource->looked_for_members = true;
		}
		keys = (KeyList)
		{
			.keys = pools.names,.nkeys = pools.n
		};
		if (pools.n > 0)
			fetch_role(&network->fetch, ROLE_RESOURCE, QUERY_BY_OTHER, &keys,
					   take_member, &search);

		for (int end = names->n; nsearched < end; nsearched++)
		{
			const NetworkResource *resource =
			network_resource(network, names->names[nsearched]);

			for (int i = 0; i < resource->nmembers; i++)
				add_name(names, resource->members[i]->base.name);
		}
	}
}

static bool
take_member(const PreparedQuery *query, const Datum *values,
			const bool *nulls, void *arg)
{
	ResourceSearch *search = arg;
	Network    *network = search->network;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	NetworkResource *pool =
	network_resource(network,
					 search->keys->keys[fetch_number(&network->fetch, query,
													 values)]);
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,.what = "pool",.key = pool->base.name
	};

	if (row_has(&row, FIELD_RESOURCE))
	{
		NETWORK_GROW(pool->members, pool->nmembers, pool->max_members);
		pool->members[pool->nmembers++] =
			network_resource(network, row_key(&row, FIELD_RESOURCE));
	}
	MemoryContextSwitchTo(old);
	return true;
}

/*
 * The rows of those that are no pools.
 */
static void
find_rows(Network *network, const Names *names)
{
	Names		wanted = {NULL, 0, 0};
	KeyList		keys;
	ResourceSearch search = {.network = network,.keys = &keys};

	for (int i = 0; i < names->n; i++)
	{
		NetworkResource *resource = network_resource(network, names->names[i]);

		if (resource->nmembers > 0 || resource->looked_for_row)
			continue;
		resource->looked_for_row = true;
		add_name(&wanted, names->names[i]);
	}
	keys = (KeyList)
	{
		.keys = wanted.names,.nkeys = wanted.n
	};
	if (wanted.n > 0)
		fetch_role(&network->fetch, ROLE_RESOURCE, QUERY_DETAIL, &keys,
				   take_row, &search);
}

/*
 * A row of a resource.  If there are several, the texts that sort first count.
 */
static bool
take_row(const PreparedQuery *query, const Datum *values, const bool *nulls,
		 void *arg)
{
	ResourceSearch *search = arg;
	Network    *network = search->network;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	NetworkResource *resource =
	network_resource(network,
					 search->keys->keys[fetch_number(&network->fetch, query,
													 values)]);
	PlanResource *base = &resource->base;
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,.what = "resource",.key = base->name
	};

	resource->known = true;
	resource->calendar = first_text(resource->calendar,
									row_text(&row, FIELD_CALENDAR));
	base->bucketed |= row_boolean(&row, FIELD_BUCKETED, false);
	base->changeover = first_text(base->changeover,
								  row_key(&row, FIELD_CHANGEOVER));
	base->initial_setup = first_text(base->initial_setup,
									 row_text(&row, FIELD_INITIAL_SETUP));
	MemoryContextSwitchTo(old);
	return true;
}

static const char *
first_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	return strcmp(a, b) <= 0 ? a : b;
}

/* names are few */
static void
add_name(Names *names, const char *name)
{
	for (int i = 0; i < names->n; i++)
	{
		if (strcmp(names->names[i], name) == 0)
			return;
	}
	NETWORK_GROW(names->names, names->n, names->max);
	names->names[names->n++] = name;
}

/*
 * Add what a row of a step says would do: the resource, or any member of the
 * pool, that has the skill; without a name, any that has it.
 */
void
network_add_choices(Network *network, NetworkChoices *choices,
					const char *resource, const char *skill)
{
	int			before = choices->nchoices;

	choices->nrows++;
	if (resource != NULL)
		add_leaves(network, choices, network_resource(network, resource),
				   skill, 0);
	else
	{
		const NetworkSkill *skilled = *network_name(network->skills, skill);

		for (int i = 0; i < skilled->nresources; i++)
			add_leaves(network, choices, skilled->resources[i].resource,
					   NULL, skilled->resources[i].priority);
	}
	if (choices->nchoices > before)
		return;

	if (skill == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("pool \"%s\" of step %d of source \"%s\" has only itself as member",
						resource, choices->step, choices->source)));
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_MAPPING),
			 resource == NULL ?
			 errmsg("no resource has skill \"%s\" of step %d of source \"%s\"",
					skill, choices->step, choices->source) :
			 errmsg("resource \"%s\" of step %d of source \"%s\" does not have skill \"%s\"",
					resource, choices->step, choices->source, skill),
			 errhint("Say in role resource_skill which resources have it.")));
}

/*
 * Add a resource, or what its members come down to.
 */
static void
add_leaves(Network *network, NetworkChoices *choices, NetworkResource *resource,
		   const char *skill, int priority)
{
	if (resource->visited)
		return;
	if (resource->nmembers > 0)
	{
		check_stack_depth();
		resource->visited = true;
		for (int i = 0; i < resource->nmembers; i++)
			add_leaves(network, choices, resource->members[i], skill, priority);
		resource->visited = false;
		return;
	}

	if (!resource->known)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("resource \"%s\" of step %d of source \"%s\" is not known",
						resource->base.name, choices->step, choices->source),
				 errhint("Add it to promise.resource, or map it.")));
	if (skill != NULL && !get_skill(network, skill, resource, &priority))
		return;
	for (int i = 0; i < choices->nchoices; i++)
	{
		if (choices->choices[i].resource == resource)
			return;
	}
	NETWORK_GROW(choices->choices, choices->nchoices, choices->max_choices);
	choices->choices[choices->nchoices++] = (NetworkChoice)
	{
		.resource = resource,.row = choices->nrows,.priority = priority
	};
}

/* does it have the skill, and what is its rank for it? */
static bool
get_skill(Network *network, const char *skill, const NetworkResource *resource,
		  int *priority)
{
	const NetworkSkill *skilled = *network_name(network->skills, skill);
	bool		found = false;

	for (int i = 0; i < skilled->nresources; i++)
	{
		if (skilled->resources[i].resource != resource)
			continue;
		if (!found || skilled->resources[i].priority < *priority)
			*priority = skilled->resources[i].priority;
		found = true;
	}
	return found;
}

/*
 * What a step may take, in the order of the rows, then by the rank among those
 * that have the skill, then by name.
 */
void
network_finish_choices(Network *network, NetworkChoices *choices, PlanUse *use)
{
	qsort(choices->choices, choices->nchoices, sizeof(NetworkChoice),
		  compare_choices);
	use->choices = MemoryContextAlloc(network->context, choices->nchoices *
									  sizeof(PlanResource *));
	use->nchoices = choices->nchoices;
	for (int i = 0; i < use->nchoices; i++)
	{
		NetworkResource *resource = choices->choices[i].resource;

		use->choices[i] = &resource->base;
		if (resource->read_with == NULL)
			resource->read_with = use;
	}
}

static int
compare_choices(const void *a, const void *b)
{
	const NetworkChoice *ca = a;
	const NetworkChoice *cb = b;

	if (ca->row != cb->row)
		return ca->row < cb->row ? -1 : 1;
	if (ca->priority != cb->priority)
		return ca->priority < cb->priority ? -1 : 1;
	return strcmp(ca->resource->base.name, cb->resource->base.name);
}

/*
 * Read what occupies a resource, and with it the others that would do.
 */
void
network_read_resource(PlanNetwork *base, PlanResource *wanted)
{
	Network    *network = (Network *) base;
	const PlanUse *use = ((NetworkResource *) wanted)->read_with;
	MemoryContext old;
	NetworkResource **resources;
	CapacityNode *found;
	ResourceQuery query = {
		.as_owner = network->as_owner,
		.setups = true,
		.exclude = network->exclude,
		.nexclude = network->nexclude,
		.now = network->base.now
	};

	if (wanted->was_read)
		return;

	old = MemoryContextSwitchTo(network->context);
	resources = palloc((1 + (use == NULL ? 0 : use->nchoices)) *
					   sizeof(NetworkResource *));
	query.resources = palloc((1 + (use == NULL ? 0 : use->nchoices)) *
							 sizeof(char *));
	resources[query.nresources] = (NetworkResource *) wanted;
	query.resources[query.nresources++] = wanted->name;
	for (int i = 0; use != NULL && i < use->nchoices; i++)
	{
		PlanResource *other = use->choices[i];

		if (other == wanted || other->was_read)
			continue;
		resources[query.nresources] = (NetworkResource *) other;
		query.resources[query.nresources++] = other->name;
	}

	found = resources_read(&query);
	for (int i = 0; i < query.nresources; i++)
		fill_resource(network, resources[i], &found[i]);
	MemoryContextSwitchTo(old);
}

static void
fill_resource(Network *network, NetworkResource *resource,
			  const CapacityNode *capacity)
{
	PlanResource *base = &resource->base;

	base->was_read = true;
	base->capacity = *capacity;
	base->capacity.resource = base->name;
	if (network->by_ref)
		problem_sort_capacity(&base->capacity);
	if (resource->calendar != NULL)
		base->work = network_calendar(network, resource->calendar,
									  "resource", base->name)->work;
	if (capacity->setup_state != NULL)
		base->initial_setup = capacity->setup_state;
	network->reads.resources++;
	network->reads.loads += capacity->nevents;

	base->setups = palloc(Max(capacity->nevents, 1) * sizeof(PlanSetup));
	for (int i = 0; i < capacity->nevents; i++)
	{
		const CapacityEvent *event = &capacity->events[i];

		if (event->setup_state == NULL)
			continue;
		base->setups[base->nsetups++] = (PlanSetup)
		{
			.from = event->from,.until = event->until,
				.setup = event->setup_state,
				.changeover = event->changeover
		};
	}
	qsort(base->setups, base->nsetups, sizeof(PlanSetup), compare_setups);
}

static int
compare_setups(const void *a, const void *b)
{
	const PlanSetup *sa = a;
	const PlanSetup *sb = b;

	if (sa->from != sb->from)
		return sa->from < sb->from ? -1 : 1;
	if (sa->until != sb->until)
		return sa->until < sb->until ? -1 : 1;
	return strcmp(sa->setup, sb->setup);
}
