"""What happened to a demo client on a day. Pure and seeded by client and date.

A day reads the same whenever it is told, so the demo of tomorrow is today's with one day more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from unicodedata import normalize
from zoneinfo import ZoneInfo

from kpis.demo.clients import Business, Stream
from kpis.formats import minor_units, round_half_away

DEVICES = (("mobile", 0.65), ("desktop", 0.35))
DRIFT_DAYS = 56
FIRST_NAMES = (
    "Ana", "Luis", "María", "Jorge", "Lucía", "Pedro", "Sofía", "Andrés", "Elena", "Raúl", "Inés",
    "Pablo", "Carmen", "Hugo", "Julia", "Óscar", "Rosa", "Tomás", "Valeria", "Emilio",
)  # fmt: skip
LAST_NAMES = (
    "Ortega", "Campos", "Ibarra", "Nieto", "Solís", "Vidal", "Peña", "Mora", "Lozano", "Rivas",
    "Ferrer", "Ocampo", "Bravo", "Salas", "Duarte", "Montes", "Prieto", "Acosta", "Linares", "Cano",
)  # fmt: skip
LOST = ("Precio", "Sin respuesta", "Eligió a otro", "No era el momento")


@dataclass(frozen=True)
class Traffic:
    """A row of web analytics: one day, channel, device and landing page."""

    stream: Stream
    device: str
    page: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Advertising:
    """A row of an ad platform: one day and campaign."""

    stream: Stream
    campaign: str
    counts: dict[str, int]
    spend: Decimal
    conversions: Decimal


@dataclass(frozen=True)
class Prospect:
    """A lead with all that will become of it; stages that are not reached are None."""

    number: str
    name: str
    email: str
    stream: Stream
    campaign: str
    device: str
    page: str
    salesperson: int
    created_at: datetime
    answered_at: datetime | None
    mql_at: datetime | None
    sql_at: datetime | None
    opp_at: datetime | None
    closed_at: datetime | None
    is_won: bool
    amount: Decimal
    lost_reason: str
    repeats: tuple[tuple[datetime, Decimal], ...]
    refunded_at: datetime | None


def money(amount: float, currency: str) -> Decimal:
    return round_half_away(Decimal(repr(amount)), minor_units(currency))


def strength(business: Business, day: date, last: date) -> float:
    """How busy a day is: growth, season and weekday, around 1 at the end of the story."""
    years = (last - day).days / 365.25
    weekend = business.weekend if day.isoweekday() >= 6 else (7 - 2 * business.weekend) / 5
    return (1 + business.yearly_growth) ** -years * business.season[day.month - 1] * weekend


def traffic_of(business: Business, day: date, last: date) -> Iterator[Traffic]:
    chance = Random(f"{business.slug} traffic {day}")  # noqa: S311
    for stream in business.streams:
        sessions = _around(chance, stream.daily * strength(business, day, last))
        for device, share in DEVICES:
            visits = round(sessions * share)
            page = business.pages[chance.randrange(len(business.pages))]
            if visits:
                yield Traffic(stream, device, page, _visits(chance, visits, stream, device))


def _visits(chance: Random, sessions: int, stream: Stream, device: str) -> dict[str, int]:
    engaged = round(sessions * chance.uniform(0.5, 0.66) * (0.92 if device == "mobile" else 1.08))
    with_lead = min(engaged, _around(chance, sessions * stream.lead_rate * 0.9))
    new = round(sessions * chance.uniform(0.55, 0.75))
    return {
        "sessions": sessions,
        "engaged_sessions": min(engaged, sessions),
        "session_seconds": round(sessions * chance.uniform(70, 130)),
        "pageviews": round(sessions * chance.uniform(2.1, 3.4)),
        "new_sessions": new,
        "returning_sessions": sessions - new,
        "sessions_with_lead": with_lead,
        "sessions_with_key_event": min(engaged, with_lead + round(sessions * 0.02)),
        "key_events": with_lead + round(sessions * 0.03),
    }


def advertising_of(business: Business, day: date, last: date) -> Iterator[Advertising]:
    chance = Random(f"{business.slug} ads {day}")  # noqa: S311
    drift = 1 + business.spend_drift * max(0, DRIFT_DAYS - (last - day).days) / DRIFT_DAYS
    for stream in business.streams:
        for place, campaign in enumerate(stream.campaigns):
            share = 1 / (place + 1.4)
            clicks = _around(chance, 1.08 * stream.daily * share * strength(business, day, last))
            spend = money(
                clicks * stream.cpc * drift * chance.uniform(0.85, 1.15), business.currency
            )
            leads = min(clicks, _around(chance, clicks * stream.lead_rate))
            counts = {
                "clicks": clicks,
                "impressions": round(clicks / chance.uniform(0.018, 0.035)),
                "platform_leads": leads,
                "platform_sales": _around(chance, leads * 0.2),
            }
            yield Advertising(stream, campaign, counts, spend, Decimal(leads))


def prospects_of(business: Business, day: date, last: date) -> Iterator[Prospect]:
    chance = Random(f"{business.slug} leads {day}")  # noqa: S311
    for stream in business.streams:
        expected = stream.daily * stream.lead_rate * strength(business, day, last)
        for _ in range(_around(chance, expected)):
            yield _prospect(chance, business, stream, day)


def _prospect(chance: Random, business: Business, stream: Stream, day: date) -> Prospect:
    minute = min(1439, max(0, round(chance.gauss(14 * 60, 190))))
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(business.time_zone))
    created = local.astimezone(UTC)
    answered = (
        created + timedelta(minutes=chance.lognormvariate(3.4, 1.1))
        if chance.random() < 0.93
        else None
    )
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    number = f"L{day:%y%m%d}-{chance.getrandbits(24):06x}"

    def later(at: datetime, days: float) -> datetime:
        return at + timedelta(days=chance.expovariate(1 / days) + 0.05)

    mql = later(created, 1.2) if chance.random() < business.mql_rate else None
    sql = later(mql, 2.0) if mql and chance.random() < business.sql_rate else None
    opp = later(sql, 1.5) if sql else None
    closed = later(opp, business.cycle_days) if opp and chance.random() < 0.9 else None
    is_won = closed is not None and chance.random() < business.win_rate
    amount = money(business.ticket * chance.lognormvariate(-0.08, 0.4), business.currency)
    repeats: list[tuple[datetime, Decimal]] = []
    while is_won and closed and chance.random() < business.repeat_rate and len(repeats) < 4:
        again = later(repeats[-1][0] if repeats else closed, 60)
        repeats.append(
            (again, money(business.ticket * chance.uniform(0.5, 1.2), business.currency))
        )
    refunded = later(closed, 9) if is_won and closed and chance.random() < 0.03 else None
    return Prospect(
        number, f"{first} {last}", f"{_plain(first)}.{_plain(last)}.{number[-4:]}@example.com", stream,
        chance.choice(stream.campaigns) if stream.campaigns else "", _device(chance),
        chance.choice(business.pages), chance.randrange(len(business.salespeople)), created, answered,
        mql, sql, opp, closed, is_won, amount, "" if is_won or not closed else chance.choice(LOST),
        tuple(repeats), refunded,
    )  # fmt: skip


def _plain(name: str) -> str:
    return normalize("NFD", name).encode("ascii", "ignore").decode().lower()


def _device(chance: Random) -> str:
    return chance.choices([name for name, _ in DEVICES], [share for _, share in DEVICES])[0]


def _around(chance: Random, expected: float) -> int:
    """A whole number near what is expected: Poisson-like, cheap, never below zero."""
    spread = max(expected, 0.05) ** 0.5
    return max(0, int(chance.gauss(expected, spread) + chance.random()))
