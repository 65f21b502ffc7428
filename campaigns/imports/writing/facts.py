"""From staged rows to facts, for each kind: parents, upsert, and what follows from it."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.imports.writing.contacts import (
    BUDGETS,
    MONTHS,
    RANGES,
    TERMS,
    VISITORS,
    contacts_table,
)
from campaigns.imports.writing.copies import copy_to_refunds, copy_to_sales
from campaigns.imports.writing.goods import write_lines, write_products
from campaigns.imports.writing.leads import CUSTOMER_KEY, IS_WON, has_outcome, leads_table
from campaigns.imports.writing.own import write_own
from campaigns.imports.writing.parents import make_customers, make_parents
from campaigns.imports.writing.sales import FROM_LEADS, sales_table
from campaigns.imports.writing.staging import STAGED, execute, rows_of
from campaigns.imports.writing.targets import COSTS, DAILY, TOUCH, Table
from campaigns.imports.writing.upsert import Written, upsert
from campaigns.imports.writing.wins import take_back_sales, won_before_created

#: The days of a kind's staged rows, for how far the source is complete.
_DAYS = {
    "leads": ("created", "mql", "sql", "opp", "won", "lost", "closed"),
    "sales": ("sold",),
    "lines": ("sold",),
    "contacts": ("happened",),
}
#: Of kinds whose rows have days or periods: the first and the last day of a row.
_PERIODS = {
    "daily": ("COALESCE(s.covers_from, s.day)", "s.day"),
    "costs": ("COALESCE(s.starts, s.day)", "COALESCE(s.ends, s.starts, s.day)"),
    "budgets": ("s.starts", "COALESCE(s.ends, s.starts)"),
    "months": ("s.starts", "s.ends"),
    "visitors": ("s.day", "s.day"),
    "own": ("s.day", "s.day"),
}


@dataclass
class Outcome:
    """What a batch did: counts to show, the days it covers, families it speaks for, what it noticed."""

    counts: dict[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    families: tuple[str, ...] = ()
    notes: list[dict[str, Any]] = field(default_factory=list)


Writer = Callable[[Set[str], dict[str, Any], Outcome], Written]


def write_facts(kind: str, mapped: Set[str], about: dict[str, Any]) -> Outcome:
    """about: agency, client, source, batch, tz, family, currency, platform."""
    about = about | {"has_touch": bool(set(TOUCH) & mapped)}
    # Whole sets are joined here, and a fresh table has no statistics to say so.
    execute("SET LOCAL enable_nestloop TO off")
    outcome = Outcome()
    outcome.counts["rows"] = rows_of(f"SELECT count(*) FROM {STAGED}")[0][0]
    outcome.first_day, outcome.last_day = _days(kind, mapped, about)
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
    execute("SET LOCAL enable_nestloop TO DEFAULT")
    return outcome


def _days(kind: str, mapped: Set[str], about: dict[str, Any]) -> tuple[date | None, date | None]:
    if kind in _PERIODS:
        first, last = _PERIODS[kind]
    elif kind not in _DAYS:
        return None, None  # it says nothing about how far a source has delivered
    else:
        days = [
            f"(s.{name}_at AT TIME ZONE %(tz)s)::date, s.{name}_date"
            for name in _DAYS[kind]
            if name in mapped
        ]
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
        outcome.counts["sales_removed"] = take_back_sales(about)
        sales = upsert(FROM_LEADS, {"always"}, about)
        outcome.counts |= {"sales_new": sales.new, "sales_changed": sales.changed}
        outcome.notes += won_before_created(about)
    if {*TOUCH, "campaign", "campaign_id", "device", "country"} & mapped:
        copy_to_sales(about)
        copy_to_refunds(about)
    return written


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
    written = upsert(sales_table(mapped), mapped, about)
    copy_to_refunds(about)
    return written


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


def _lines(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    outcome.families = ("sales",)
    written = write_lines(mapped, about, outcome.counts)
    copy_to_refunds(about)
    if outcome.counts["without_amount"]:
        outcome.notes.append({"code": "without_amount", "count": outcome.counts["without_amount"]})
    return written


def _products(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    return write_products(mapped, about, outcome.counts)


def _contacts(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    outcome.families = ("activity",)
    make_customers("s.customer", "s.customer_name", "s.customer IS NOT NULL", about)
    return upsert(contacts_table(mapped), mapped, about)


def _terms(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    make_customers("s.customer", "s.customer_name", "s.customer IS NOT NULL", about)
    return upsert(TERMS, mapped, about)


def _own(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
    """No family: each own measure is as complete as it was entered."""
    return write_own(about)


def _plainly(table: Table, *families: str, adds_up: bool = False) -> Writer:
    def write(mapped: Set[str], about: dict[str, Any], outcome: Outcome) -> Written:
        outcome.families = families
        return upsert(table, mapped, about, adds_up)

    return write


_WRITERS: dict[str, Writer] = {
    "leads": _leads,
    "sales": _sales,
    "costs": _costs,
    "daily": _daily,
    "lines": _lines,
    "products": _products,
    "budgets": _plainly(BUDGETS, "budget"),
    "contacts": _contacts,
    "terms": _terms,
    "visitors": _plainly(VISITORS, "web", adds_up=True),
    "ranges": _plainly(RANGES),
    "months": _plainly(MONTHS, "manual"),
    "own": _own,
}
