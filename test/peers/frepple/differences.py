"""differences.py - where ours differs from the peer, and why.

By case: 2, the first order is later; 3, more is late, or later; "parts", total
lateness is greater only because the peer delivers what is there first and we
promise one date for all of it (the test verifies that it would not be greater if
the peer did so, too); "error", it cannot be planned.
"""

PARTS = "the peer delivers in parts, we promise one date for the whole quantity"
BEFORE_NOW = "the peer lets an operation start before now: its fence is negative, ours never is"
SHARED_STOCK = ("the peer serves the order from the stock of another location, with no transport:"
                " an item that is bought for all locations together; our moves need a source")
APPROVED = ("the peer moves an order for 10 that is approved, but not confirmed, to an earlier date, and makes 5"
            " beside it; to us it is a receipt on its date, and the lot one of 15")
LOT_BY_LOT = ("the peer packs each day what was woven by then, in lots of any size; we divide a lot"
              " only where the largest one forces us to")

PARTIAL = (
    "buffer_max.1__01", "buffer_max.1__02", "constraints_material_3.1__01", "constraints_material_3.1__03",
    "constraints_material_3.1__04", "constraints_resource_5.1__01", "constraints_resource_5.1__02",
    "demand_policy.1__02", "flow_alternate_1.1__01", "operation_batchwindow.1__05", "operation_coproducer.1__01",
    "operation_pre_post.1__03",
)

LATER = {
    "constraints_combined_1.1__01": LOT_BY_LOT,
    "constraints_leadtime_3.1__01": BEFORE_NOW,
    "constraints_leadtime_3.2__01": BEFORE_NOW,
    "constraints_leadtime_3.3__01": BEFORE_NOW,
    "constraints_leadtime_3.4__01": BEFORE_NOW,
    "global_purchase.1__02": SHARED_STOCK,
    "operation_approved.1__05": APPROVED,
    "operation_approved.5__05": APPROVED,
}

DIFFERENCES = {
    **{name: {"parts": PARTS} for name in PARTIAL},
    **{name: {2: why, 3: why} for name, why in LATER.items()},
}


def differences(name):
    """Those of a case; a whole one may differ as any of its independent parts does."""
    if "__" in name:
        return DIFFERENCES.get(name, {})
    return {key: why for part, listed in DIFFERENCES.items() if part.startswith(name + "__") for key, why in listed.items()}
