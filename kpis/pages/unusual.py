"""Unusual figures as lists show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import Client
from kpis.anomaly_queries import standing_within
from kpis.book import book_of
from kpis.catalogue import Kpi
from kpis.models import Anomaly, AnomalyDismissal
from kpis.pages.marks import may_be_a_break
from kpis.pages.reader import Reader
from kpis.question import Question

MOST_LISTED = 8


@dataclass(frozen=True)
class UnusualRow:
    """`reason` is why it was dismissed, "" if nobody did; `direction` 1 too high, −1 too low."""

    anomaly: Anomaly
    kpi: Kpi
    day: str
    value: str
    expected: str
    band: tuple[str, str]
    direction: int
    may_be_a_break: bool
    reason: str
    author: str


def unusual_list(
    client: Client, question: Question, reader: Reader, keys: Iterable[str] = ()
) -> list[UnusualRow]:
    """What stands in the days of a question; nothing where it is filtered: they are of the whole."""
    if question.filters:
        return []
    found = standing_within(client, question.period, keys)[:MOST_LISTED]
    return unusual_rows(found, {}, book_of(client), {}, reader)


def unusual_rows(
    anomalies: Iterable[Anomaly],
    dismissals: Mapping[int, AnomalyDismissal],
    book: Mapping[str, Kpi],
    names: Mapping[int, str],
    reader: Reader,
) -> list[UnusualRow]:
    """Those of KPIs that the book still has."""
    found = []
    for anomaly in anomalies:
        kpi, dismissal = book.get(anomaly.kpi), dismissals.get(anomaly.pk)
        if kpi is None:
            continue
        low = max(anomaly.low, 0) if anomaly.expected >= 0 else anomaly.low
        found.append(
            UnusualRow(
                anomaly,
                kpi,
                reader.day(anomaly.day),
                reader.number(anomaly.value, kpi.unit),
                reader.number(anomaly.expected, kpi.unit),
                (reader.number(low, kpi.unit), reader.number(anomaly.high, kpi.unit)),
                1 if anomaly.value > anomaly.expected else -1,
                may_be_a_break(kpi, anomaly),
                dismissal.reason if dismissal else "",
                names.get((dismissal.author_id if dismissal else None) or 0, ""),
            )
        )
    return found
