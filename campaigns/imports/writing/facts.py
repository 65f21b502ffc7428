"""From staged rows to facts, for each kind: parents, upsert, and what follows from it."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.imports.writing.leads import CUSTOMER_KEY, IS_WON, has_outcome, leads_table
from campaigns.imports.writing.parents import make_customers, make_parents
from campaigns.imports.writing.sales import FROM_LEADS, sales_table
from campaigns.imports.writing.staging import STAGED, execute, rows_of
from campaigns.imports.writing.targets import COSTS, DAILY, TOUCH
from campaigns.imports.writing.upsert import Written, keep_images, upsert

#: The days of a kind's staged rows, for how far the source is complete.
_DAYS = {
    "leads": ("created", "mql", "sql", "opp", "won", "lost", "closed"),
    "sales": ("sold",),
    "costs": (),
    "daily": (),
}


@dataclass
class Outcome:
    """What a batch did: counts to show, the days it covers, families it speaks for, what it noticed."""

    counts: dict[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    families: tuple[str, ...] = ()
    notes: list[dict[str, Any]] = field(default_factory=list)


def write_facts(kind: str, mapped: Set[str], about: dict[str, Any]) -> Outcome:
    """about: agency, client, source, batch, tz, family, currency, platform."""
    about = about | {"has_touch": bool(set(TOUCH) & mapped)}
    outcome = Outcome()
    outcome.counts["rows"] = rows_of(f"SELECT count(*) FROM {STAGED}")[0][0]
    outcome.first_day, outcome.last_day = _days(kind, about)
    make_parents(kind, mapped, about)
    written = _WRITERS[kind](mapped, about, outcome)
    outcome.counts |= {
        "new": written.new,
        "changed": written.changed,
        "same": outcome.counts["rows"] - written.new - written.changed - written.added_up,
    }
    if written.added_up:
        outcome.counts["added_up"] = written.added_up
        outcome.notes.append({"code": "added_up", "count": written.added_up})
    return outcome


def _days(kind: str, about: dict[str, Any]) -> tuple[date | None, date | None]:
    if kind == "daily":
        first = last = "s.day"
        first = "COALESCE(s.covers_from, s.day)"
    elif kind == "costs":
        first, last = "COALESCE(s.starts, s.day)", "COALESCE(s.ends, s.starts, s.day)"
    else:
        days = [f"(s.{name}_at AT TIME ZONE %(tz)s)::date, s.{name}_date" for name in _DAYS[kind]]
        first, last = f"LEAST({', '.join(days)})", f"GREATEST({', '.join(days)})"
    return rows_of(f"SELECT min({first}), max({last}) FROM {STAGED} s", about)[0]


def _leads(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    outcome.families = ("leads",)
    wins = has_outcome(mapped)
    if wins:
        make_customers(CUSTOMER_KEY, "COALESCE(s.customer_name, s.name)", IS_WON, about)
    written = upsert(leads_table(mapped), mapped, about)
    if wins:
        outcome.families = ("leads", "sales")
        outcome.counts["sales_removed"] = _unwon(about)
        sales = upsert(FROM_LEADS, {"always"}, about)
        outcome.counts |= {"sales_new": sales.new, "sales_changed": sales.changed}
        outcome.notes += _won_before_created(about)
    _copy_to_sales(mapped, about)
    return written


def _unwon(about: dict[str, Any]) -> int:
    """Take back the sales of leads that the file no longer says are won."""
    joins = (
        f"JOIN {STAGED} s ON t.external_id = 'lead:' || s.external_id"
        f" AND t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.source = %(source)s"
    )
    condition = f"NOT COALESCE({IS_WON}, false)"
    if not keep_images("campaigns_sale", about, joins, condition):
        return 0
    return execute(
        f"""DELETE FROM campaigns_sale t USING {STAGED} s
             WHERE t.external_id = 'lead:' || s.external_id AND t.agency_id = %(agency)s
               AND t.client_id = %(client)s AND t.source = %(source)s AND {condition}""",
        about,
    )


def _copy_to_sales(mapped: Set[str], about: dict[str, Any]) -> None:
    """A sale carries its lead's channel and campaign: whoever changes the lead changes the copies."""
    if not {*TOUCH, "campaign", "campaign_id", "device", "country"} & mapped:
        return
    copies = ("channel", "campaign_id", "device", "country")
    joins = "JOIN campaigns_lead l ON l.agency_id = t.agency_id AND l.client_id = t.client_id AND l.id = t.lead_id"
    differs = (
        f"({', '.join(f't.{name}' for name in copies)}) IS DISTINCT FROM"
        f" ({', '.join(f'l.{name}' for name in copies)})"
    )
    condition = (
        f"t.agency_id = %(agency)s AND t.client_id = %(client)s AND l.batch_id = %(batch)s"
        f" AND t.batch_id IS DISTINCT FROM %(batch)s AND {differs}"
    )
    if keep_images("campaigns_sale", about, joins, condition):
        changes = ", ".join(f"{name} = l.{name}" for name in copies)
        execute(
            f"""UPDATE campaigns_sale t SET {changes} FROM campaigns_lead l
                 WHERE l.agency_id = t.agency_id AND l.client_id = t.client_id AND l.id = t.lead_id
                   AND {condition}""",
            about,
        )


def _won_before_created(about: dict[str, Any]) -> list[dict[str, Any]]:
    """Leads won before their first contact: kept as they are, and named."""
    count, lines = rows_of(
        f"""SELECT count(*), (array_agg(s.line ORDER BY s.line))[1:20] FROM {STAGED} s
              JOIN campaigns_lead l ON l.agency_id = %(agency)s AND l.client_id = %(client)s
                   AND l.source = %(source)s AND l.external_id = s.external_id
             WHERE l.outcome = 'won' AND l.closed_on < l.created_on""",
        about,
    )[0]
    return [{"code": "won_before_created", "count": count, "lines": lines}] if count else []


def _sales(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    outcome.families = ("sales",)
    make_customers("s.customer", "s.customer_name", "s.customer IS NOT NULL", about)
    if "lead" in mapped:
        strangers = rows_of(
            f"""SELECT count(*) FROM {STAGED} s WHERE s.lead IS NOT NULL AND NOT EXISTS (
                  SELECT 1 FROM campaigns_lead l WHERE l.agency_id = %(agency)s
                     AND l.client_id = %(client)s AND l.external_id = s.lead)""",
            about,
        )[0][0]
        if strangers:
            outcome.notes.append({"code": "unknown_leads", "count": strangers})
    return upsert(sales_table(mapped), mapped, about)


def _costs(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    outcome.families = ("costs",)
    return upsert(COSTS, mapped, about)


def _daily(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    outcome.families = (about["family"],)
    rules = rows_of(
        f"SELECT period_rule, count(DISTINCT line) FROM {STAGED}"
        " WHERE period_rule IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    outcome.notes += [{"code": f"period_{rule}", "count": count} for rule, count in rules]
    return upsert(DAILY, mapped, about, adds_up=True)


_WRITERS = {"leads": _leads, "sales": _sales, "costs": _costs, "daily": _daily}
