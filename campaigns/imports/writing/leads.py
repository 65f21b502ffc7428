"""Leads with their stages and outcome: a later stage counts as having entered every earlier one.

Of two dates for a stage the earlier holds: its own, or that of a later stage.
"""

from collections.abc import Set

from campaigns.imports.writing.targets import (
    CAMPAIGN,
    CAMPAIGN_JOIN,
    PAGE_JOIN,
    SELLER,
    SELLER_JOIN,
    TOUCH,
    Table,
    Target,
    text,
)

OUTCOME = ("won", "lost", "outcome")
#: Each stage, the latest first, with the mapping's targets that can date it.
STAGES = {
    "opp": ("opp", "won", "outcome"),
    "sql": ("sql", "opp", "won", "outcome"),
    "mql": ("mql", "sql", "opp", "won", "outcome"),
}

_OUTCOME_JOIN = """
 CROSS JOIN LATERAL (SELECT CASE
        WHEN s.won_at IS NOT NULL OR s.won_date IS NOT NULL THEN 'won'
        WHEN s.lost_at IS NOT NULL OR s.lost_date IS NOT NULL THEN 'lost'
        ELSE COALESCE(s.outcome, '') END AS outcome) o
 CROSS JOIN LATERAL (SELECT
        CASE o.outcome WHEN '' THEN NULL ELSE
             COALESCE(CASE o.outcome WHEN 'won' THEN s.won_at ELSE s.lost_at END,
                      CASE WHEN COALESCE(CASE o.outcome WHEN 'won' THEN s.won_date ELSE s.lost_date END) IS NULL
                           THEN s.closed_at END) END AS closed_at,
        CASE o.outcome WHEN '' THEN NULL ELSE
             COALESCE(CASE o.outcome WHEN 'won' THEN s.won_date ELSE s.lost_date END,
                      CASE WHEN COALESCE(CASE o.outcome WHEN 'won' THEN s.won_at ELSE s.lost_at END) IS NULL
                           THEN s.closed_date END) END AS closed_date) z
 CROSS JOIN LATERAL (SELECT CASE o.outcome WHEN 'won' THEN z.closed_at END AS customer_at,
                            CASE o.outcome WHEN 'won' THEN z.closed_date END AS customer_date) customer"""


def _stage_join(stage: str, later: str | None, mapped: Set[str]) -> str:
    """The stage's own date or the later one's; of what the file does not say nothing is computed."""
    if stage not in mapped:
        own = f"{later}.{later}_at AS {stage}_at, {later}.{later}_date AS {stage}_date"
        return f" CROSS JOIN LATERAL (SELECT {own}) {stage}"
    if later is None:
        return f" CROSS JOIN LATERAL (SELECT s.{stage}_at, s.{stage}_date) {stage}"
    own = f"COALESCE((s.{stage}_at AT TIME ZONE %(tz)s)::date, s.{stage}_date)"
    then = f"COALESCE(({later}.{later}_at AT TIME ZONE %(tz)s)::date, {later}.{later}_date)"
    is_own = f"{own} IS NOT NULL AND ({then} IS NULL OR {own} <= {then})"
    return (
        f" CROSS JOIN LATERAL (SELECT"
        f" CASE WHEN {is_own} THEN s.{stage}_at ELSE {later}.{later}_at END AS {stage}_at,"
        f" CASE WHEN {is_own} THEN s.{stage}_date ELSE {later}.{later}_date END AS {stage}_date) {stage}"
    )


def _stage_targets(stage: str, of: tuple[str, ...], mapped: Set[str]) -> list[Target]:
    """A stage that only later ones date keeps what it has when they say nothing."""
    columns = (f"{stage}_at", f"{stage}_date")
    is_empty = " AND ".join(f"n.{column} IS NULL" for column in columns)
    is_same = " AND ".join(f"t.{column} IS NOT DISTINCT FROM n.{column}" for column in columns)
    targets = [
        Target(
            column,
            f"{stage}.{column}",
            of,
            None
            if stage in mapped
            else f"CASE WHEN {is_empty} THEN t.{column} ELSE n.{column} END",
        )
        for column in columns
    ]
    seller = f"{stage}_salesperson_id"
    # Who had the lead then: a later owner does not take over past stages.
    kept = f"(({is_same}) OR ({is_empty})) AND t.{seller} IS NOT NULL"
    return [
        *targets,
        Target(
            seller,
            f"CASE WHEN {stage}.{stage}_at IS NOT NULL OR {stage}.{stage}_date IS NOT NULL THEN w.id END",
            of,
            f"CASE WHEN {kept} THEN t.{seller} ELSE n.{seller} END",
        ),
    ]


_PLAIN = (
    text("name"),
    text("email"),
    text("phone"),
    text("status", "'valid'"),
    Target("created_at", "s.created_at", ("created",)),
    Target("created_date", "s.created_date", ("created",)),
    Target("answered_at", "s.answered_at", ("answered",)),
    text("utm_source"),
    text("utm_medium"),
    Target("channel", "s.channel", TOUCH),
    CAMPAIGN,
    Target("landing_page_id", "p.id", ("landing_page",)),
    text("device"),
    text("country"),
    Target("first_salesperson_id", "w.id", SELLER, "COALESCE(t.first_salesperson_id, n.first_salesperson_id)"),
    Target("salesperson_id", "w.id", SELLER),
    text("lost_reason"),
    Target("amount", "s.amount", ("amount",)),
    Target(
        "currency",
        "CASE WHEN s.amount IS NULL THEN '' ELSE COALESCE(s.currency, %(currency)s) END",
        ("amount",),
    ),
)  # fmt: skip

_NO_OUTCOME = (Target("outcome", "''"), Target("was_customer", "false"))
_IS_LOST_AGAIN = "t.outcome = 'won' AND n.outcome <> 'won'"
_CLOSED_KEPT = "t.closed_at IS NOT DISTINCT FROM n.closed_at AND t.closed_date IS NOT DISTINCT FROM n.closed_date"
_CLOSED = (
    Target("outcome", "o.outcome", OUTCOME),
    Target("closed_at", "z.closed_at", OUTCOME),
    Target("closed_date", "z.closed_date", OUTCOME),
    Target(
        "closed_salesperson_id",
        "CASE WHEN o.outcome <> '' THEN w.id END",
        OUTCOME,
        f"CASE WHEN {_CLOSED_KEPT} AND t.closed_salesperson_id IS NOT NULL"
        " THEN t.closed_salesperson_id ELSE n.closed_salesperson_id END",
    ),
    # A lead that is not won any more loses the customer that it became.
    Target(
        "customer_id",
        "b.id",
        OUTCOME,
        f"CASE WHEN n.outcome = 'won' THEN n.customer_id WHEN {_IS_LOST_AGAIN} THEN NULL ELSE t.customer_id END",
    ),
    Target(
        "first_sale_on",
        "NULL::date",
        OUTCOME,
        f"CASE WHEN {_IS_LOST_AGAIN} THEN NULL ELSE t.first_sale_on END",
    ),
    Target(
        "was_customer",
        "false",
        OUTCOME,
        f"CASE WHEN {_IS_LOST_AGAIN} THEN false ELSE t.was_customer END",
    ),
)
CUSTOMER_KEY = "COALESCE(s.customer, s.external_id)"
IS_WON = "(s.won_at IS NOT NULL OR s.won_date IS NOT NULL OR s.outcome = 'won')"
_CUSTOMER_JOIN = f""" LEFT JOIN campaigns_customer b ON o.outcome = 'won' AND b.agency_id = %(agency)s
    AND b.client_id = %(client)s AND b.external_id = {CUSTOMER_KEY}"""


def has_outcome(mapped: Set[str]) -> bool:
    return bool(set(OUTCOME) & mapped)


def leads_table(mapped: Set[str]) -> Table:
    joins = CAMPAIGN_JOIN + PAGE_JOIN + SELLER_JOIN
    targets = list(_PLAIN)
    later = None
    if has_outcome(mapped):
        joins += _OUTCOME_JOIN + _CUSTOMER_JOIN
        later = "customer"
    for stage, dated_by in STAGES.items():
        if set(dated_by) & mapped:
            joins += _stage_join(stage, later, mapped)
            targets += _stage_targets(stage, dated_by, mapped)
            later = stage
    targets += _CLOSED if has_outcome(mapped) else _NO_OUTCOME
    return Table("campaigns_lead", tuple(targets), joins)
