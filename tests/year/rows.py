"""A year of a small agency's client as plain rows, the same for the same seed; nobody has entered it yet.

Each row says by which way it is entered when it does not come by file: `hand` or `api`. Money is in
the client's currency, times are on its clock. Rows name campaigns, sellers and customers by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
DAY = timedelta(days=1)
CAMPAIGNS = ("Otoño", "Marca", "Remarketing", "Newsletter")
SELLERS = ("Sergio", "Sonia")
PRODUCTS = ("Rioja", "Cava", "Caja")
#: Source and medium, and the channel that they give.
TOUCHES = (
    ("google", "cpc", "paid_search"),
    ("facebook", "paid_social", "paid_social"),
    ("newsletter", "email", "email"),
    ("google", "organic", "organic_search"),
)
LAYERS = ("media", "fee", "tools", "people", "other", "sales")
Row = dict[str, Any]


@dataclass
class Year:
    leads: list[Row] = field(default_factory=list)
    sales: list[Row] = field(default_factory=list)
    refunds: list[Row] = field(default_factory=list)
    costs: list[Row] = field(default_factory=list)
    budgets: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    terms: list[Row] = field(default_factory=list)
    ads: list[Row] = field(default_factory=list)
    web: list[Row] = field(default_factory=list)

    def by(self, way: str, kind: str) -> list[Row]:
        return [row for row in getattr(self, kind) if row["way"] == way]


def small_year(seed: int) -> Year:
    """About 300 facts: every kind that people enter, half of each by hand and half by the API."""
    dice = Random(seed)
    year = Year()
    year.leads = [_lead(dice, number) for number in range(56)]
    year.sales = [_sale(dice, number) for number in range(64)]
    for sale in year.by("api", "sales")[::3]:
        _lay_lines(dice, sale)
    year.refunds = list(_refunds(dice, year.sales))
    for month in range(1, 13):
        year.costs += [_cost(dice, month, way) for way in ("hand", "api")]
        year.budgets += [_budget(dice, month, way) for way in ("hand", "api")]
    year.contacts = [_contact(dice, number, year) for number in range(40)]
    year.products = [_product(dice, number) for number in range(len(PRODUCTS))]
    year.terms = [_term(dice, number, year) for number in range(16)]
    for number in range(72):
        year.ads.append(_ads(dice, number))
        year.web.append(_web(dice, number))
    return year


def _way(number: int) -> str:
    return ("hand", "api")[number % 2]


def _when(dice: Random, day: date) -> date | datetime:
    """A day, or for half of the rows a time of that day, near its ends too."""
    if dice.random() < 0.5:
        return day
    hour, minute = dice.choice(((0, 0), (0, 30), (9, 5), (17, 45), (23, 59)))
    return datetime(day.year, day.month, day.day, hour, minute)


def _day(dice: Random, first: date = FIRST, last: date = LAST) -> date:
    return first + DAY * dice.randint(0, (last - first).days)


def _money(dice: Random, most: int) -> Decimal:
    return Decimal(dice.randint(1, most * 100)) / 100


def _lead(dice: Random, number: int) -> Row:
    """A lead that went some way, a day or more from stage to stage."""
    source, medium, channel = dice.choice(TOUCHES)
    day = FIRST if number < 2 else _day(dice, last=LAST - 90 * DAY)
    stages: list[tuple[str, date]] = []
    reached = dice.choice((0, 1, 2, 3, 3, 4, 4, 4))
    step = day
    for name in ("mql", "sql", "opp")[:reached]:
        step += DAY * dice.choice((0, 1, 5, 12))
        stages.append((name, step))
    outcome = "won" if reached == 4 else dice.choice(("lost", ""))
    return {
        "way": _way(number), "id": f"L-{number}", "name": f"Lead {number}",
        "created": _when(dice, day), "source": source, "medium": medium, "channel": channel,
        "campaign": dice.choice((*CAMPAIGNS, None)), "seller": dice.choice((*SELLERS, None)),
        "country": dice.choice(("ES", "PT", "")), "device": dice.choice(("mobile", "desktop", "")),
        "amount": _money(dice, 3000) if reached >= 3 else None, "stages": stages,
        "outcome": outcome, "closed": step + DAY * dice.choice((0, 3, 20)) if outcome else None,
        "reason": "precio" if outcome == "lost" else "",
    }  # fmt: skip


def _sale(dice: Random, number: int) -> Row:
    """An order of one of 24 customers, each of one country and one seller. By hand it has a channel
    only; the API knows source and medium."""
    way = _way(number)
    customer = dice.randrange(24)
    source, medium, channel = dice.choice(TOUCHES)
    day = FIRST if number < 2 else _day(dice)
    return {
        "way": way, "id": f"S-{number}", "sold": _when(dice, day), "amount": _money(dice, 900),
        "customer": f"C-{customer}", "kind": dice.choice(("new", "repeat", "upsell", "")),
        "source": source if way == "api" else "", "medium": medium if way == "api" else "",
        "channel": channel, "campaign": dice.choice((*CAMPAIGNS, None)),
        "device": dice.choice(("mobile", "")), "country": ("ES", "PT")[customer % 2],
        "seller": SELLERS[customer % 3 % 2], "lines": [],
    }  # fmt: skip


def _lay_lines(dice: Random, sale: Row) -> None:
    """What was in the basket; the sale becomes their sum, and no line says what kind the sale is."""
    sale["kind"] = ""
    sale["lines"] = [
        {"product": product, "units": dice.randint(1, 5), "amount": _money(dice, 200)}
        for product in dice.sample(PRODUCTS, dice.randint(1, 3))
    ]
    sale["amount"] = sum((line["amount"] for line in sale["lines"]), Decimal(0))


def _refunds(dice: Random, sales: Sequence[Row]) -> Any:
    """Of every fifth sale all or a part, before and after the thirtieth day."""
    for number, sale in enumerate(sales[::5]):
        sold = sale["sold"].date() if isinstance(sale["sold"], datetime) else sale["sold"]
        day = min(sold + DAY * dice.choice((0, 9, 30, 31, 60)), LAST)
        whole = sale["amount"]
        part = max((whole / 2).quantize(Decimal("0.01")), Decimal("0.01"))
        yield {
            "way": sale["way"], "id": f"R-{number}", "sale": sale["id"], "refunded": day,
            "amount": dice.choice((whole, part)),
        }  # fmt: skip


def _period(dice: Random, month: int, way: str) -> Row:
    """A month, or some days of it that no amount divides by."""
    first = date(2025, month, 1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return {
        "way": way, "starts": first, "amount": _money(dice, 2000),
        "ends": dice.choice((last, first + 6 * DAY)),
        "channel": dice.choice(("paid_search", "paid_social", "")),
    }  # fmt: skip


def _cost(dice: Random, month: int, way: str) -> Row:
    layer = LAYERS[(month + (way == "api")) % len(LAYERS)]
    return {
        **_period(dice, month, way), "id": f"K-{month}-{way}", "layer": layer,
        "campaign": dice.choice(CAMPAIGNS) if layer == "media" else None,
        "seller": SELLERS[month % 2] if layer == "sales" else None,
    }  # fmt: skip


def _budget(dice: Random, month: int, way: str) -> Row:
    return {
        **_period(dice, month, way), "id": f"B-{month}-{way}",
        "campaign": dice.choice((*CAMPAIGNS, None)),
    }  # fmt: skip


def _contact(dice: Random, number: int, year: Year) -> Row:
    kind = dice.choice(("call", "mail", "chat", "visit", "meeting"))
    way = _way(number)
    with_lead = dice.random() < 0.4
    return {
        "way": way, "id": f"T-{number}", "kind": kind,
        "happened": FIRST if number < 2 else _when(dice, _day(dice)),
        "lead": dice.choice(year.by(way, "leads"))["id"] if with_lead else None,
        "customer": None if with_lead else dice.choice(year.by(way, "sales"))["customer"],
        "seller": dice.choice(SELLERS), "is_inbound": dice.random() < 0.4,
        "is_held": kind == "meeting" and dice.random() < 0.7, "is_bulk": dice.random() < 0.1,
    }  # fmt: skip


def _product(dice: Random, number: int) -> Row:
    """What one unit costs; of the last one nobody knows."""
    is_known = number < len(PRODUCTS) - 1
    return {
        "way": _way(number), "product": PRODUCTS[number], "name": PRODUCTS[number],
        "unit_cost": _money(dice, 30) if is_known else None,
    }  # fmt: skip


def _term(dice: Random, number: int, year: Year) -> Row:
    """A contract of somebody who bought, for some weeks or until further notice."""
    way = _way(number)
    starts = _day(dice, last=LAST - 60 * DAY)
    return {
        "way": way, "id": f"V-{number}", "customer": dice.choice(year.by(way, "sales"))["customer"],
        "starts": starts, "ends": dice.choice((None, starts + DAY * dice.randint(5, 120))),
    }  # fmt: skip


def _ads(dice: Random, number: int) -> Row:
    """Nobody types these: the API has them all."""
    return {
        "way": "api", "day": FIRST + DAY * 5 * number, "source": "google", "medium": "cpc",
        "campaign": CAMPAIGNS[number % 2], "platform": "google_ads", "impressions": dice.randint(0, 9000),
        "clicks": dice.randint(0, 300), "ad_spend": _money(dice, 90),
    }  # fmt: skip


def _web(dice: Random, number: int) -> Row:
    source, medium, _channel = TOUCHES[number % 4]
    sessions = dice.randint(1, 400)
    return {
        "way": "api", "day": FIRST + DAY * 5 * number, "source": source, "medium": medium,
        "campaign": None, "sessions": sessions, "engaged_sessions": sessions // 2,
        "key_events": sessions // 9,
    }  # fmt: skip
