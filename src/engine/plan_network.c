/*
 * plan_network.c - quantities and working times that follow from a source.
 *
 * Whatever is needed is rounded up, whatever is yielded is rounded down.
 */
#include "engine/plan_network.h"

#include "core/quantity.h"

static PromiseStatus round_up(Quantity quantity, Quantity multiple,
							  Quantity *rounded);

/*
 * The smallest lot that yields at least "need" of an output.  The largest lot is
 * not looked at: what exceeds it takes several lots.
 */
PromiseStatus
plan_source_lot(const PlanSource *source, int output, Quantity need,
				Quantity *lot)
{
	const PlanOutput *yields = &source->outputs[output];
	Quantity	result = 0;
	PromiseStatus status;

	/* lots of an output that is fixed are as many as it takes, not larger */
	if (need > yields->fixed && yields->quantity > 0)
	{
		status = quantity_divide_up(need - yields->fixed, yields->quantity,
									&result);
		if (status != PROMISE_OK)
			return status;
	}
	result = Max(result, source->lot_minimum);
	/* an output of a fixed quantity alone still takes a lot */
	result = Max(result, 1);
	return round_up(result, source->lot_multiple, lot);
}

/*
 * What a lot yields of an output.
 */
PromiseStatus
plan_output_quantity(const PlanOutput *output, Quantity lot,
					 Quantity *quantity)
{
	Quantity	up;

	PromiseStatus status = quantity_multiply_up(lot, output->quantity, &up);

	if (status != PROMISE_OK)
		return status;
	/* rounded up by one millionth if the last six decimals are not all 0 */
	if (((lot % QUANTITY_SCALE) * (output->quantity % QUANTITY_SCALE)) %
		QUANTITY_SCALE != 0)
		up--;
	if (pg_add_s64_overflow(up, output->fixed, quantity))
		return PROMISE_QUANTITY_OVERFLOW;
	return PROMISE_OK;
}

/*
 * What a lot takes of a component, with what is lost of it.
 */
PromiseStatus
plan_component_quantity(const PlanComponent *component, Quantity lot,
						Quantity *quantity)
{
	Quantity	net;

	PromiseStatus status = quantity_multiply_up(lot, component->quantity,
												&net);

	if (status != PROMISE_OK)
		return status;
	if (pg_add_s64_overflow(net, component->fixed, &net))
		return PROMISE_QUANTITY_OVERFLOW;
	if (component->scrap == 0)
	{
		*quantity = net;
		return PROMISE_OK;
	}
	return quantity_divide_up(net, QUANTITY_SCALE - component->scrap,
							  quantity);
}

/*
 * Working time of a step, in microseconds, without a changeover.
 */
PromiseStatus
plan_step_work(const PlanStep *step, Quantity lot, int64 *work)
{
	int64		run;

	if (step->batch > 0)
	{
		int64		batches = lot / step->batch + (lot % step->batch != 0);

		if (pg_mul_s64_overflow(batches, step->run, &run))
			return PROMISE_INSTANT_OVERFLOW;
	}
	else if (quantity_multiply_up(lot, step->run, &run) != PROMISE_OK)
		return PROMISE_INSTANT_OVERFLOW;

	if (pg_add_s64_overflow(run, step->setup, work))
		return PROMISE_INSTANT_OVERFLOW;
	return PROMISE_OK;
}

/*
 * What a step of a lot draws on a bucketed resource.
 */
PromiseStatus
plan_bucket_quantity(const PlanUse *use, Quantity lot, Quantity *quantity)
{
	return quantity_multiply_up(lot, use->units, quantity);
}

/*
 * The piece of capacity of a bucketed resource that an instant lies in.  Rows that
 * change the capacity bound it also where they come to nothing together.
 */
Span
plan_bucket_piece(const PlanResource *resource, Instant at)
{
	const CapacityNode *capacity = &resource->capacity;
	Span		piece = {INSTANT_BEGIN, INSTANT_END};

	for (int i = 0; i < capacity->nevents; i++)
	{
		const CapacityEvent *event = &capacity->events[i];
		Instant		bounds[2] = {event->from, event->until};

		for (int j = 0; j < (event->is_load ? 0 : 2); j++)
		{
			if (bounds[j] <= at)
				piece.start = Max(piece.start, bounds[j]);
			else
				piece.end = Min(piece.end, bounds[j]);
		}
	}
	return piece;
}

static PromiseStatus
round_up(Quantity quantity, Quantity multiple, Quantity *rounded)
{
	Quantity	over = multiple > 0 ? quantity % multiple : 0;

	*rounded = quantity;
	if (over > 0 &&
		pg_add_s64_overflow(quantity, multiple - over, rounded))
		return PROMISE_QUANTITY_OVERFLOW;
	return PROMISE_OK;
}

bool
plan_is_between_steps(const PlanSource *source, const PlanNode *node)
{
	bool		is_yielded = false;

	for (int i = 0; i < source->noutputs && !is_yielded; i++)
		is_yielded = source->outputs[i].node == node &&
			source->outputs[i].after_step > 0;
	for (int i = 0; i < source->ncomponents && is_yielded; i++)
	{
		if (source->components[i].node == node &&
			source->components[i].choice == 0)
			return true;
	}
	return false;
}
