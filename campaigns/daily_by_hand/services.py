"""Daily figures entered by hand: one act, which is undone like any other."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.locks import Work, lock
from accounts.models import Client, Membership
from accounts.tenancy import writing_because
from campaigns.announcing import MANUAL, facts_announce
from campaigns.daily_by_hand.grid import Figures, is_exact
from campaigns.daily_by_hand.places import KIND, Place
from campaigns.daily_by_hand.queries import rows_of
from campaigns.daily_by_hand.sources import daily_sources_keep
from campaigns.facts.daily import MONEY_MEASURES
from campaigns.models import Act, DailyFact
from campaigns.models.acts import Verb
from campaigns.records.acts import act

REASON = "manual"


def daily_figures_enter(
    client: Client, place: Place, figures: Figures, actor: Membership | None
) -> Act:
    """Lay figures over those of their days; act.count: how many days became others. In scope.

    figures: only those that are to be others; None takes one away, and a day without any has no row.

    1. One writer of a client's figures at a time; the rows that are there are locked.
    2. Each day's figures are laid over its row, and what is left of it is written, or removed.
    3. The source goes as far as the figures do, and the rest of the house is told.
    """
    with act(client, actor, KIND, Verb.CHANGE) as opened, writing_because(REASON):
        lock(Work.DAILY, client.pk)
        rows = rows_of(client, place, sorted(figures)).select_for_update(of=("self",))
        standing = {row.day: row for row in rows}
        for day in sorted(figures):
            row = standing.get(day) or _blank(client, place, day)
            opened.count += _written(client, row, figures[day])
        if opened.count:
            daily_sources_keep(client)
    facts_announce(client)
    return opened


def _blank(client: Client, place: Place, day: date) -> DailyFact:
    return DailyFact(
        agency_id=client.agency_id, client=client, source=MANUAL, tz=client.time_zone,
        external_id=place.external_id(day), family=place.family, day=day, channel=place.channel,
        campaign=place.campaign, platform=place.platform,
    )  # fmt: skip


def _written(client: Client, row: DailyFact, figures: Mapping[str, Decimal | None]) -> bool:
    """Whether the row became another. Its currency is the client's as long as no amount is there."""
    before = {key: getattr(row, key) for key in figures}
    after = {key: _kept(key, value) for key, value in figures.items()}
    if before == after:
        return False
    has_money = any(getattr(row, key) is not None for key in MONEY_MEASURES)
    for key, value in after.items():
        setattr(row, key, value)
    if all(getattr(row, key) is None for key in Place(row.family).keys):
        row.delete()
        return True
    if not has_money:
        row.currency = client.currency
    row.save()
    return True


def _kept(key: str, value: Decimal | None) -> Any:
    return value if value is None or is_exact(key) else int(value)
