/*
 * core.c - the one variable that the pure layers share.
 */
#include "core/core.h"

void		(*core_interrupt_hook) (void) = NULL;
