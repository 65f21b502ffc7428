"""What the page of the customers' value shows: so far, by cohort, expected, and what winning one costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Client
from kpis import charts
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period, add_months
from kpis.catalogue import Parameters
from kpis.catalogue.kpi import PROFIT_BASES
from kpis.charts import Chart, Line
from kpis.charts.parts import Scale
from kpis.compare import Number
from kpis.customer_value.progress import stage_of
from kpis.customer_value.queries import customers_named, newest_models, top_customers
from kpis.customer_value.worth import Worth, worth_of
from kpis.pages.cac import KEYS, CacNotice, notices_of
from kpis.pages.cohort_table import SHOWN, CohortTable, cohort_table
from kpis.pages.fit import Fit, fit_page
from kpis.pages.reader import Reader
from kpis.question import Question
from kpis.services import Standing, answer, standing_of
from kpis.value.cohorts import (
    ENOUGH_COHORTS,
    ENOUGH_CUSTOMERS,
    Age,
    last_complete_month,
    month_after,
)

MONTHS_LOOKED_AT = 12


@dataclass(frozen=True)
class Tile:
    """One figure with the sentences that belong to it; `why` where there is no figure."""

    code: str
    name: str
    text: str
    words: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class Chain:
    """The value of a customer by age, drawn, with its table twin."""

    chart: Chart
    rows: tuple[tuple[str, str, str, str, str], ...]  # month, adds, value, customers, cohorts


@dataclass(frozen=True)
class CustomersPage:
    worth: Worth
    as_of: str
    basis: str
    period: Period
    tiles: tuple[Tile, ...]
    notices: tuple[CacNotice, ...]
    chain: Chain | None
    table: CohortTable | None
    shown: tuple[tuple[str, str], ...]
    fit: Fit


def customers_page(
    client: Client, shown: str, sees_costs: bool, sees_persons: bool, reader: Reader
) -> CustomersPage:
    """Inside a scope that holds the client. `shown` is what the cells of the cohort table say."""
    standing = standing_of(client)
    worth = worth_of(client, standing)
    values, parameters, period = figures_of(client, standing, worth, sees_costs)
    fit = fit_of(client, sees_persons, reader)
    return CustomersPage(
        worth=worth,
        as_of=reader.day(worth.as_of),
        basis=str(PROFIT_BASES[worth.parameters.profit_basis]),
        period=period,
        tiles=(
            _so_far(worth, reader),
            _by_age(worth, reader),
            *_by_formula(client, values, parameters, reader),
            _by_model(fit),
        ),
        notices=notices_of(values, parameters, reader),
        chain=_chain(worth.chain, reader) if worth.chain else None,
        table=cohort_table(worth.cohorts, shown, reader) if worth.cohorts else None,
        shown=tuple((code, str(name)) for code, name in SHOWN.items()),
        fit=fit,
    )


def figures_of(
    client: Client, standing: Standing, worth: Worth, sees_costs: bool
) -> tuple[Mapping[str, Value], Parameters, Period]:
    """The KPIs of CAC and lifetime value over the last twelve complete months, as anywhere else."""
    end = month_after(last_complete_month(worth.as_of))
    period = Period(add_months(end, -MONTHS_LOOKED_AT), end - ONE_DAY)
    book = book_of(client)
    keys = tuple(key for key in KEYS if key in book)
    reply = answer(client, Question(keys, period), sees_costs, standing)
    return reply.only.values, reply.parameters, period


def fit_of(client: Client, sees_persons: bool, reader: Reader) -> Fit:
    """The newest fit. Names only for who may see persons."""
    waiting, ended = newest_models(client)
    known = customers_named(client, top_customers(ended)) if sees_persons else {}
    names = {number: str(customer) for number, customer in known.items()}
    return fit_page(waiting, ended, names, stage_of(waiting.pk) if waiting else "", reader)


def chained_age(worth: Worth) -> Age | None:
    """The oldest age that enough customers have reached to say something of it (KPIS E.1)."""
    if not worth.is_sound:
        return None
    told = [age for age in worth.chain if age.customers >= ENOUGH_CUSTOMERS]
    return told[-1] if told else None


# --- the four ways to a value ------------------------------------------------------------------


def _so_far(worth: Worth, reader: Reader) -> Tile:
    name = _("So far")
    if why := _why_not(worth):
        return Tile("historical", name, "—", (), why)
    if worth.historical is None or worth.months_observed is None:
        return Tile("historical", name, "—", (), _("Nobody has bought yet."))
    words = ngettext(
        "On average over %(count)s customer, known for %(months)s.",
        "On average over %(count)s customers, known for %(months)s.",
        worth.customers,
    ) % {
        "count": reader.number(worth.customers, "count"),
        "months": reader.number(worth.months_observed, "months"),
    }
    young = _("Young customers pull it down.")
    return Tile("historical", name, _money(worth.historical, reader), (words, young))


def _by_age(worth: Worth, reader: Reader) -> Tile:
    name = _("By cohorts")
    if why := _why_not(worth):
        return Tile("chained", name, "—", (), why)
    age = chained_age(worth)
    if age is None:
        why = _("It needs %(cohorts)s monthly cohorts of %(customers)s customers.") % {
            "cohorts": ENOUGH_COHORTS,
            "customers": ENOUGH_CUSTOMERS,
        }
        return Tile("chained", name, "—", (), why)
    words = ngettext(
        "Up to month %(age)s after the first sale, from %(count)s cohort.",
        "Up to month %(age)s after the first sale, from %(count)s cohorts.",
        len(worth.cohorts),
    ) % {"age": age.age, "count": len(worth.cohorts)}
    return Tile("chained", name, _money(age.value, reader), (words,))


def _by_formula(
    client: Client, values: Mapping[str, Value], parameters: Parameters, reader: Reader
) -> tuple[Tile, ...]:
    if "ltv" not in values:
        return ()
    kpi, value = book_of(client)["ltv"], values["ltv"]
    words = [_("Expected over the whole relationship, from the last twelve months.")]
    if parameters.profit_basis == "revenue":
        words.append(_("On revenue: no margin is set."))
    why = reader.why(kpi, value, parameters)
    return (Tile("formula", _("By formula (LTV)"), reader.value(kpi, value), tuple(words), why),)


def _by_model(fit: Fit) -> Tile:
    name = _("Expected, next 12 months")
    if fit.expectation:
        words = _("Per customer, as of %(day)s, later months counted for less.") % {
            "day": fit.as_of
        }
        return Tile("model", name, fit.expectation.per_customer, (words,))
    if fit.unmet:
        return Tile("model", name, "—", (), " ".join(gate.found for gate in fit.unmet))
    return Tile("model", name, "—", (), fit.failure or _("It has not been computed yet."))


def _why_not(worth: Worth) -> str:
    """Why nothing can be added up; "" if it can."""
    if worth.without_rate:
        return ngettext(
            "%(count)s sale or refund is in another currency and has no exchange rate.",
            "%(count)s sales and refunds are in another currency and have no exchange rate.",
            worth.without_rate,
        ) % {"count": worth.without_rate}
    if worth.uncosted:
        return ngettext(
            "Of %(count)s sale or refund nobody knows what the goods cost, and no margin is set.",
            "Of %(count)s sales and refunds nobody knows what the goods cost, and no margin is set.",
            worth.uncosted,
        ) % {"count": worth.uncosted}
    return ""


def _chain(ages: tuple[Age, ...], reader: Reader) -> Chain:
    titles = [_("Month %(age)s") % {"age": age.age} for age in ages]
    chart = charts.trend(
        Line(_("Value of a customer"), [age.value for age in ages]),
        [str(age.age) for age in ages],
        titles,
        Scale("money", reader.locale, reader.currency),
        incomplete=[age.customers < ENOUGH_CUSTOMERS for age in ages],
    )
    rows = tuple(
        (
            title,
            reader.bare(age.increment, "money"),
            reader.bare(age.value, "money"),
            reader.number(age.customers, "count"),
            reader.number(age.cohorts, "count"),
        )
        for title, age in zip(titles, ages, strict=True)
    )
    return Chain(chart, rows)


def _money(value: Number | Fraction, reader: Reader) -> str:
    return reader.number(value, "money")
