/*
 * text_tree.c - an indented tree of text, one row a line, as EXPLAIN writes it.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "api/text_tree.h"

/* write the lines to the result of a set-returning function */
void
text_tree_init(TextTree *tree, ReturnSetInfo *rsinfo)
{
	tree->rsinfo = rsinfo;
	initStringInfo(&tree->line);
}

void
text_tree_line(TextTree *tree, int depth, const char *format,...)
{
	Datum		value;
	bool		isnull = false;

	resetStringInfo(&tree->line);
	appendStringInfoSpaces(&tree->line, depth * 2);
	if (depth > 0)
		appendStringInfoString(&tree->line, "-> ");
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&tree->line, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&tree->line, needed);
	}

	value = CStringGetTextDatum(tree->line.data);
	tuplestore_putvalues(tree->rsinfo->setResult, tree->rsinfo->setDesc,
						 &value, &isnull);
}
