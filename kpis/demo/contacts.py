"""The demo's newsletters, networks, budgets, contacts, contracts, and what clients type in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from campaigns.models import (
    Budget,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    Interaction,
    Lead,
    ManualMonth,
    ReportedRange,
    Sale,
)
from kpis.calendar import ONE_DAY, add_months
from kpis.demo.scene import Stage
from kpis.demo.story import money

NETWORKS = (("instagram", 8_200), ("linkedin", 2_900))
TERM_MONTHS = 12
YEARS = 4


def contacts_make(
    stage: Stage,
    facts: Iterable[Any],
    leads: Iterable[Lead],
    customers: list[Customer],
    sales: list[Sale],
) -> Iterator[Any]:
    """Facts beside the funnel; customers and sales are written already."""
    if stage.business.has_newsletter:
        yield from _mails(stage)
        yield from _posts(stage)
        yield from _content(stage)
    yield from _budgets(stage, facts)
    yield from _ranges(stage)
    if stage.business.has_contracts:
        yield from _terms(stage, customers, sales)
        yield from _talks(stage, customers, sales)
        yield from _meetings(stage, leads)
        yield from _sales_costs(stage)
        yield from _books(stage, sales)


def _dice(stage: Stage, *about: object) -> Random:
    return Random("|".join(map(str, (stage.business.slug, *about))))  # noqa: S311


def _days(stage: Stage) -> Iterator[date]:
    return (stage.first + timedelta(days=n) for n in range((stage.last - stage.first).days + 1))


def _months(stage: Stage) -> Iterator[tuple[date, date]]:
    """The first and last day of each month that the story touches."""
    month = stage.first
    while month <= stage.last:
        following = add_months(month, 1)
        yield month, following - ONE_DAY
        month = following


def _mails(stage: Stage) -> Iterator[DailyFact]:
    """Every Tuesday and Friday, to a list that grows."""
    for day in _days(stage):
        if day.weekday() not in (1, 4):
            continue
        dice = _dice(stage, "mail", day)
        sent = 1_800 + (day - stage.first).days * 4 + dice.randint(-40, 40)
        hard, soft = dice.randint(4, 14), dice.randint(6, 22)
        arrived = sent - hard - soft
        opens = round(arrived * dice.uniform(0.27, 0.41))
        yield DailyFact(
            **stage.fact("newsletter", f"{day}"), family="mail", day=day, channel="email",
            platform="newsletter", emails_sent=sent, emails_delivered=arrived, hard_bounces=hard,
            soft_bounces=soft, unique_opens=opens, unique_clicks=round(opens * dice.uniform(0.09, 0.17)),
            unsubscribes=dice.randint(1, 9),
        )  # fmt: skip


def _content(stage: Stage) -> Iterator[Cost]:
    """Texts and pictures, a cost of being found."""
    for month, end in _months(stage):
        yield Cost(
            **stage.fact("manual", f"content-{month:%Y-%m}"), layer="other", starts_on=month,
            ends_on=end, amount=stage.business.tools, currency=stage.client.currency,
            channel="organic_search",
        )  # fmt: skip


def _posts(stage: Stage) -> Iterator[DailyFact]:
    for network, begun in NETWORKS:
        followers = begun
        for day in _days(stage):
            dice = _dice(stage, network, day)
            followers += dice.randint(-3, 14)
            views = round(followers * dice.uniform(0.12, 0.4))
            yield DailyFact(
                **stage.fact("networks", f"{day}|{network}"), family="social", day=day,
                channel="organic_social", platform=network, post_impressions=views,
                post_engagements=round(views * dice.uniform(0.02, 0.06)), followers=followers,
            )  # fmt: skip


def _budgets(stage: Stage, facts: Iterable[Any]) -> Iterator[Budget]:
    """For each month about what its ads cost, rounded up; the running month as if it went on."""
    spent: dict[date, Decimal] = defaultdict(Decimal)
    days: dict[date, set[date]] = defaultdict(set)
    for fact in facts:
        if isinstance(fact, DailyFact) and fact.ad_spend is not None:
            spent[fact.day.replace(day=1)] += fact.ad_spend
            days[fact.day.replace(day=1)].add(fact.day)
    for month, end in _months(stage):
        if not days[month]:
            continue
        whole = float(spent[month]) / len(days[month]) * (end.day)
        step = 10.0 ** max(0, len(str(int(whole))) - 2)
        yield Budget(
            **stage.fact("plan", f"{month:%Y-%m}"), starts_on=month, ends_on=end,
            amount=money((whole // step + 1) * step, stage.client.currency),
            currency=stage.client.currency,
        )  # fmt: skip


def _ranges(stage: Stage) -> Iterator[ReportedRange]:
    """What platforms and analytics count once, for whole months and the ranges people look at."""
    last = stage.last
    ranges = [*_months(stage), *((last - timedelta(days=n - 1), last) for n in (7, 28, 30, 90))]
    ranges += [(last.replace(day=1), last), (last.replace(month=1, day=1), last)]
    for first, end in dict.fromkeys((first, min(end, last)) for first, end in ranges):
        length = (end - first).days + 1
        users = round(120 * length**0.86)
        told = {
            "users": users, "users_with_conversion": round(users * 0.031),
            "platform_reach": round(2_600 * length**0.7), "post_reach": round(900 * length**0.72),
        }  # fmt: skip
        for measure, value in told.items():
            yield ReportedRange(
                **stage.fact("reports", f"{measure}|{first}|{end}"), measure=measure,
                first_day=first, last_day=end, value=value,
            )  # fmt: skip


def _terms(stage: Stage, customers: list[Customer], sales: list[Sale]) -> Iterator[CustomerTerm]:
    """A year from the first sale on, renewed by four in five, the last one open for some."""
    begun = _first_days(sales)
    for customer in customers:
        starts_on = begun.get(customer.pk)
        dice = _dice(stage, "term", customer.external_id)
        for year in range(YEARS):
            if starts_on is None or starts_on > stage.last:
                break
            ends_on = add_months(starts_on, TERM_MONTHS) - ONE_DAY
            yield CustomerTerm(
                **stage.fact("contracts", f"{customer.external_id}|{year}"), customer=customer,
                starts_on=starts_on, ends_on=None if dice.random() < 0.15 else ends_on,
            )  # fmt: skip
            if dice.random() > 0.8:
                break
            starts_on = ends_on + ONE_DAY


def _first_days(sales: list[Sale]) -> dict[int, date]:
    found: dict[int, date] = {}
    for sale in sales:
        if sale.customer_id is not None:
            day = sale.sold_on
            found[sale.customer_id] = min(day, found.get(sale.customer_id, day))
    return found


def _talks(stage: Stage, customers: list[Customer], sales: list[Sale]) -> Iterator[Interaction]:
    """Some customers are called or written to in a month, and some of them answer."""
    begun = _first_days(sales)
    for customer in customers:
        for month, end in _months(stage):
            dice = _dice(stage, "talk", customer.external_id, month)
            day = month + timedelta(days=dice.randrange(end.day))
            if customer.pk not in begun or not begun[customer.pk] < day <= stage.last:
                continue
            if dice.random() < 0.55:
                yield Interaction(
                    **stage.fact("crm", f"talk|{customer.external_id}|{month:%Y-%m}"),
                    happened_date=day, kind=dice.choice(("call", "mail", "mail", "chat", "visit")),
                    customer=customer, salesperson=dice.choice(stage.salespeople),
                    is_inbound=dice.random() < 0.45,
                )  # fmt: skip


def _meetings(stage: Stage, leads: Iterable[Lead]) -> Iterator[Interaction]:
    """With nearly everybody who has an opportunity, on its day; one in eight does not come."""
    for lead in leads:
        at: datetime | None = lead.opp_at
        if at is None:
            continue
        dice = _dice(stage, "meeting", lead.external_id)
        yield Interaction(
            **stage.fact("crm", f"meeting|{lead.external_id}"), happened_at=at, kind="meeting",
            lead=lead, salesperson_id=lead.opp_salesperson_id, is_held=dice.random() < 0.875,
        )  # fmt: skip


def _sales_costs(stage: Stage) -> Iterator[Cost]:
    for month, end in _months(stage):
        for person in stage.salespeople:
            yield Cost(
                **stage.fact("manual", f"sales-{person.external_id}-{month:%Y-%m}"), layer="sales",
                is_shared=False, starts_on=month, ends_on=end, amount=stage.business.people,
                currency=stage.client.currency, salesperson=person,
            )  # fmt: skip


def _books(stage: Stage, sales: list[Sale]) -> Iterator[Any]:
    """The company's own figures of complete months, and its staff."""
    sold: dict[date, Decimal] = defaultdict(Decimal)
    for sale in sales:
        sold[sale.sold_on.replace(day=1)] += sale.amount
    for month, end in _months(stage):
        if end > stage.last:
            continue
        revenue = sold[month] * 2
        yield ManualMonth(
            **stage.fact("books", f"{month:%Y-%m}"), month=month, total_revenue=revenue,
            net_profit=money(float(revenue) * 0.11, stage.client.currency),
            currency=stage.client.currency,
        )  # fmt: skip
        for measure, value in (("staff_start", 24), ("staff_stayed", 24 - month.month % 2)):
            yield ReportedRange(
                **stage.fact("books", f"{measure}|{month:%Y-%m}"), measure=measure,
                first_day=month, last_day=end, value=value,
            )  # fmt: skip
