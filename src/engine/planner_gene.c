/*
 * planner_gene.c - in which way a search goes through a network.
 *
 * A node's gene names the only source that is tried for it.  A source's gene gives
 * the order in which its components are looked for, and which of those that stand
 * for each other are tried.  0 is what is done without a search.
 */
#include "engine/planner_state.h"

#include "common/hashfn.h"

static uint64 key_of(uint64 gene, int number);

uint64
planner_gene(const Planner *planner, const PlanSource *source)
{
	return source->number < planner->ngenes ?
		planner->genes[source->number] : 0;
}

void
planner_set_gene(Planner *planner, const PlanSource *source, uint64 gene)
{
	if (source->number >= planner->ngenes)
	{
		int			more = Max(source->number + 1, 2 * planner->ngenes);
		uint64	   *genes = palloc0(sizeof(uint64) * (Size) more);

		if (planner->ngenes > 0)
		{
			memcpy(genes, planner->genes,
				   sizeof(uint64) * (Size) planner->ngenes);
			pfree(planner->genes);
		}
		planner->genes = genes;
		planner->ngenes = more;
	}
	planner->genes[source->number] = gene;
}

/*
 * From now on only the sources of the draft are tried for its nodes.
 */
void
planner_prefer_sources(Planner *planner)
{
	for (int i = 0; i < planner->nlots; i++)
	{
		const PlanLot *lot = &planner->lots[i].lot;
		PlanNode   *node = planner->needs[lot->need].need.node;
		PlannerNode *state = node->state;

		for (int j = 0; j < node->nsources; j++)
		{
			if (node->sources[j] == lot->source)
				state->gene = j + 1;
		}
	}
}

/*
 * Begin a request: no node has been visited, and none is searched in another way.
 */
void
planner_reset_genes(Planner *planner)
{
	for (int i = 0; i < planner->nvisited; i++)
	{
		PlannerNode *state = planner->visited[i];

		for (int j = 0; j < state->node->nsources; j++)
		{
			if (state->node->sources[j]->number < planner->ngenes)
				planner->genes[state->node->sources[j]->number] = 0;
		}
		state->gene = 0;
		state->pieces = 0;
		state->is_visited = false;
	}
	planner->nvisited = 0;
}

/*
 * The order in which to look for components; NULL: as they are listed.
 */
int *
planner_component_order(const Planner *planner, const PlanSource *source)
{
	uint64		gene = planner_gene(planner, source);
	int		   *order;

	if (gene == 0)
		return NULL;
	order = palloc(sizeof(int) * ((Size) source->ncomponents + 1));
	for (int i = 0; i < source->ncomponents; i++)
	{
		int			at = i;

		for (; at > 0 && key_of(gene, order[at - 1]) > key_of(gene, i); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return order;
}

/*
 * May a component be tried, of those that stand for each other?  In half of all
 * cases all of them may, else one of them.
 */
bool
planner_gene_allows(const Planner *planner, const PlanSource *source,
					int component)
{
	uint64		gene = planner_gene(planner, source);
	int			choice = source->components[component].choice;
	int			only = -1;

	if (gene == 0 || key_of(gene, -1 - choice) % 2 == 0)
		return true;
	for (int i = 0; i < source->ncomponents; i++)
	{
		if (source->components[i].choice == choice &&
			(only < 0 || key_of(gene, i) < key_of(gene, only)))
			only = i;
	}
	return component == only;
}

static uint64
key_of(uint64 gene, int number)
{
	return hash_bytes_uint32_extended((uint32) number, gene);
}
