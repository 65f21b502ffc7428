"""Own measures defined, and their values entered by day: typed, pasted, imported or sent.

A value is identified by measure, day, channel and campaign, so writing it twice changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.locks import Work, lock
from accounts.models import Agency, Client
from accounts.services.archiving import row_archive, row_restore
from campaigns.channels import CODES
from campaigns.definition_keys import forget_definitions, key_for
from campaigns.models import Campaign, OwnMeasure, OwnValue
from campaigns.own_measures import PREFIX
from campaigns.own_queries import own_measures_of

MOST_MEASURES = 200
FIRST_DAY = date(1990, 1, 1)
_LARGEST = Decimal(10) ** 12
_PLACES = Decimal("0.000001")

#: Which part of an entry each refusal is about; the others are about its value.
_FIELDS = {"bad_day": "day", "twice": "day", "unknown_channel": "channel", "no_money": "currency"}

Place = tuple[date, str, int | None]


@dataclass(frozen=True)
class MeasureWish:
    """An own measure as a person says it. Unit and way of adding up stay as they were set."""

    name: str
    description: str = ""
    unit: str = "count"
    aggregation: str = "sum"
    better: str = "higher"
    key: str = ""


@dataclass(frozen=True)
class Entry:
    """What a measure was on a day; None takes the value away."""

    day: date
    value: Decimal | None
    channel: str = ""
    campaign: Campaign | None = None
    currency: str = ""

    @property
    def place(self) -> Place:
        return self.day, self.channel, self.campaign.pk if self.campaign else None


@dataclass(frozen=True)
class Entering:
    """What became of the entries, in their order; and what stood there before, to go back to."""

    verdicts: tuple[str, ...]
    before: tuple[Entry, ...]

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.verdicts)


def own_measure_define(agency: Agency, client: Client | None, wish: MeasureWish) -> OwnMeasure:
    """A measure of one client, or without one of all the agency's clients."""
    lock(Work.DEFINITIONS, agency.pk)
    if not wish.name.strip():
        raise DomainError("no_name", _("Give the measure a name."), {"fields": ["name"]})
    defined = own_measures_of(agency.pk, [client] if client else [])
    if defined.count() >= MOST_MEASURES:
        raise DomainError(
            "too_many_measures",
            _("There can be at most %(most)s own measures.") % {"most": MOST_MEASURES},
        )
    made = OwnMeasure.objects.create(
        agency=agency,
        client=client,
        key=key_for(OwnMeasure.objects.filter(agency=agency), PREFIX, client, wish.name, wish.key),
        name=wish.name.strip(),
        description=wish.description.strip(),
        unit=wish.unit,
        aggregation=wish.aggregation,
        better=wish.better,
    )
    forget_definitions()
    return made


def own_measure_change(measure: OwnMeasure, wish: MeasureWish) -> OwnMeasure:
    """New words for a measure. Its key, unit and way of adding up stay: numbers rest on them."""
    if not wish.name.strip():
        raise DomainError("no_name", _("Give the measure a name."), {"fields": ["name"]})
    measure.name, measure.description = wish.name.strip(), wish.description.strip()
    measure.better = wish.better
    measure.save(update_fields=["name", "description", "better"])
    forget_definitions()
    return measure


def own_measure_archive(measure: OwnMeasure) -> OwnMeasure:
    """Out of the lists; formulas that use it go on, and it can be restored."""
    row_archive(measure)
    forget_definitions()
    return measure


def own_measure_restore(measure: OwnMeasure) -> OwnMeasure:
    row_restore(measure)
    forget_definitions()
    return measure


# -- values -----------------------------------------------------------------------------------


def own_values_enter(
    client: Client,
    measure: OwnMeasure,
    entries: Sequence[Entry],
    source: str = "manual",
    batch_id: int | None = None,
) -> Entering:
    """Write entries of one measure, all or none. DomainError for the first that cannot be.

    1. The entries are checked; of two for one place the later is refused as a slip.
    2. The rows that stand there are locked and kept as what was before.
    3. New ones are inserted, others changed, None deletes.
    """
    checked = [entry_checked(client, measure, entry) for entry in entries]
    _refuse_twice(checked)
    lock(Work.OWN_VALUES, client.pk)
    days = [entry.day for entry in checked]
    rows = OwnValue.objects.filter(
        agency_id=client.agency_id, client=client, measure=measure, day__in=days
    )
    standing = {(row.day, row.channel, row.campaign_id): row for row in rows}
    verdicts, new, changed, gone = [], [], [], []
    for entry in checked:
        row = standing.get(entry.place)
        if entry.value is None:
            verdicts.append("same" if row is None else "removed")
            gone += [row.pk] if row else []
        elif row is None:
            verdicts.append("new")
            new.append(_row(client, measure, entry, source, batch_id))
        elif (row.value, row.currency) == (entry.value, entry.currency):
            verdicts.append("same")
        else:
            verdicts.append("changed")
            row_after = _row(client, measure, entry, source, batch_id)
            row_after.pk = row.pk
            changed.append(row_after)
    OwnValue.objects.bulk_create(new)
    OwnValue.objects.bulk_update(changed, ["value", "currency", "source", "batch"])
    OwnValue.objects.filter(agency_id=client.agency_id, client=client, pk__in=gone).delete()
    before = [
        replace(entry, value=standing[entry.place].value, currency=standing[entry.place].currency)
        if entry.place in standing
        else replace(entry, value=None, currency="")
        for entry in checked
    ]
    return Entering(tuple(verdicts), tuple(before))


def _row(
    client: Client, measure: OwnMeasure, entry: Entry, source: str, batch_id: int | None
) -> OwnValue:
    return OwnValue(
        agency_id=client.agency_id,
        client=client,
        measure=measure,
        day=entry.day,
        channel=entry.channel,
        campaign=entry.campaign,
        value=entry.value,
        currency=entry.currency,
        source=source,
        batch_id=batch_id,
    )


def entry_checked(client: Client, measure: OwnMeasure, entry: Entry) -> Entry:
    """The entry as it is stored: six decimals, and with money its currency."""
    today = datetime.now(ZoneInfo(client.time_zone)).date()
    if not FIRST_DAY <= entry.day <= today:
        raise _refused(entry, "bad_day", _("%(day)s has not come yet, or is too long ago."))
    if entry.channel and entry.channel not in CODES:
        raise _refused(entry, "unknown_channel", _("There is no such channel."))
    if entry.value is None:
        return replace(entry, currency="")
    if not entry.value.is_finite() or abs(entry.value) >= _LARGEST:
        raise _refused(entry, "bad_value", _("The value of %(day)s is not a number of use."))
    value = entry.value.quantize(_PLACES)
    if value != entry.value:
        raise _refused(entry, "too_fine", _("The value of %(day)s has more than 6 decimals."))
    is_money = measure.unit == "money"
    if entry.currency and not is_money:
        raise _refused(entry, "no_money", _("This measure is not money: it has no currency."))
    return replace(entry, value=value, currency=(entry.currency or client.currency) * is_money)


def _refuse_twice(entries: Sequence[Entry]) -> None:
    seen: set[Place] = set()
    for entry in entries:
        if entry.place in seen:
            raise _refused(entry, "twice", _("%(day)s is given twice."))
        seen.add(entry.place)


def _refused(entry: Entry, code: str, message: str) -> DomainError:
    day = entry.day.isoformat()
    field = _FIELDS.get(code, "value")
    said = message % {"day": day} if "%(" in message else message
    return DomainError(code, said, {"day": day, "field": field})
