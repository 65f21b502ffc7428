"""Daily facts: what a platform or an analytics tool reports per day."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.announcing import facts_announce
from campaigns.facts.parents import TOUCH
from campaigns.facts.rows import Fault, Row, lay_channel
from campaigns.facts.upsert import REASON, Days, Kind, Pending
from campaigns.measures import MEASURES
from campaigns.models import DailyFact

#: Families of what sources report by day.
DAILY_FAMILIES = ("web", "ads", "mail", "social")
DAILY_TEXTS = ("utm_source", "utm_medium", "device", "country", "item", "currency", "platform")
DAILY_MEASURES: Mapping[str, tuple[str, ...]] = {
    family: tuple(
        key for key, measure in MEASURES.items()
        if measure.family == family and measure.is_stored and hasattr(DailyFact, key)
    )
    for family in DAILY_FAMILIES
}  # fmt: skip
MONEY_MEASURES = tuple(key for key in DAILY_MEASURES["ads"] if MEASURES[key].unit == "money")


def daily_lay(fact: DailyFact, row: Row, client: Client) -> Iterator[Fault]:
    """Lay a row over a daily fact, references excepted; yields what then does not hold."""
    for name in DAILY_TEXTS:
        if name in row:
            setattr(fact, name, row[name] or "")
    if "day" in row:
        fact.day = row["day"]
    for name in DAILY_MEASURES[fact.family]:
        if name in row:
            setattr(fact, name, row[name])
    lay_channel(fact, row)
    if not fact.currency and any(getattr(fact, name) is not None for name in MONEY_MEASURES):
        fact.currency = client.currency
    if fact.day is None:
        yield Fault("day", "required", _("A daily fact needs its day."))
    for family, names in DAILY_MEASURES.items():
        for name in names:
            if family != fact.family and row.get(name) is not None:
                message = _("This figure belongs to the other family, %(family)s.")
                yield Fault(name, "other_family", message % {"family": family})


def daily_remove(client: Client, fact: DailyFact) -> None:
    """The audit keeps what it was."""
    with writing_because(REASON):
        fact.delete()
    facts_announce(client)


def _record_daily(client: Client, written: Sequence[Pending]) -> Days:
    days: Days = {}
    for one in written:
        family, day = one.fact.family, one.fact.day
        days[family] = min(day, days.get(family, day))
    return days


DAILY = Kind(
    model=DailyFact,
    identity=("family", "external_id"),
    lay=daily_lay,
    references=TOUCH,
    constraint="daily_fact_once",
    record=_record_daily,
)
