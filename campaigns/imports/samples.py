"""Small files that say what a file of each kind looks like, with the headers of the reader's language. Pure.

They are invented, end yesterday, and are read by the presets for any table.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

#: The source of what a sample brings in: by it the data is known, and taken out again.
SAMPLE_SOURCE = "sample"
_LANGUAGES = ("en", "es", "pt")
Row = tuple[object, ...]


@dataclass(frozen=True)
class Sample:
    """A kind of file; per column its header in English, Spanish and Portuguese; rows for a yesterday."""

    kind: str
    heads: tuple[str, ...]
    rows: Callable[[date], list[Row]]

    def headers(self, language: str) -> list[str]:
        """Where the languages do not differ, one word stands for all."""
        place = _LANGUAGES.index(language) if language in _LANGUAGES else 0
        words = [head.split(" | ") for head in self.heads]
        return [each[place] if len(each) > 1 else each[0] for each in words]

    def text(self, language: str, yesterday: date) -> str:
        """The file, as UTF-8 text with commas; dates by ISO 8601."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.headers(language))
        writer.writerows(self.rows(yesterday))
        return out.getvalue()


_CHANNELS = ("paid_search", "organic_search", "paid_social", "email", "direct")
_CAMPAIGNS = (("c1", "Search", "paid_search"), ("c2", "Social", "paid_social"))
_PEOPLE = ("Ana", "Bruno", "Carla", "Diego", "Elena", "Fabio")
_SHOWN_DAYS = 60
_A_WEEK = (2, 3, 1, 1, 2, 3, 2)
_CREATED = "created | fecha de creación | data de criação"
_NAME, _AMOUNT, _CAMPAIGN = (
    "name | nombre | nome",
    "amount | importe | valor",
    "campaign | campaña | campanha",
)
_DAY, _CUSTOMER = "day | día | dia", "customer | cliente | cliente"
_MONTH = "month | mes | mês"


def _back(last: date, days: int) -> date:
    return last - timedelta(days=days)


def _months(last: date, count: int) -> list[str]:
    """The months up to last's, newest first."""
    month = last.year * 12 + last.month - 1
    return [f"{(month - n) // 12}-{(month - n) % 12 + 1:02d}" for n in range(count)]


def _leads(last: date) -> list[Row]:
    """One to four a day, some more of late: a line that moves. Every sixth is won six days later."""
    days = [
        n for n in range(_SHOWN_DAYS) for _one in range(_A_WEEK[n % 7] + (n < 30 and n % 3 == 0))
    ]
    rows: list[Row] = []
    for place, n in enumerate(days):
        is_won = place % 6 == 0 and n >= 6
        won, amount = (_back(last, n - 6), 240 + place % 4 * 120) if is_won else ("", "")
        who, channel = f"{_PEOPLE[place % 6]} {place + 1}", _CHANNELS[place % 5]
        rows.append((f"L{place + 1:03d}", _back(last, n), who, channel, won, amount))
    return rows


def _ads(last: date) -> list[Row]:
    return [
        (_back(last, n), key, name, channel, 900 + n % 7 * 60, 30 + n % 5 * 4, f"{12 + n % 6}.50")
        for n in range(_SHOWN_DAYS)
        for key, name, channel in _CAMPAIGNS
    ]


def _web(last: date) -> list[Row]:
    return [
        (_back(last, n), channel, 20 + (n + place * 3) % 9 * 4, 12 + (n + place) % 5 * 2, n % 3)
        for n in range(_SHOWN_DAYS)
        for place, channel in enumerate(_CHANNELS)
    ]


SAMPLES: Mapping[str, Sample] = {
    "leads": Sample(
        "leads",
        ("id", _CREATED, _NAME, "channel | canal | canal", "won | ganado | ganho em", _AMOUNT),
        _leads,
    ),
    "ads": Sample(
        "daily",
        (
            _DAY, "campaign id | id de campaña | id da campanha", _CAMPAIGN, "channel | canal | canal",
            "impressions | impresiones | impressões", "clicks | clics | cliques",
            "cost | coste | custo",
        ),
        _ads,
    ),
    "web": Sample(
        "daily",
        (
            _DAY, "channel | canal | canal", "sessions | sesiones | sessões",
            "engaged sessions | sesiones con interacción | sessões engajadas",
            "key events | eventos clave | eventos principais",
        ),
        _web,
    ),
    "costs": Sample(
        "costs",
        (_MONTH, "layer | tipo | tipo", "description | descripción | descrição", _AMOUNT),
        lambda last: [
            (month, layer, name, amount)
            for month in _months(last, 3)
            for layer, name, amount in (("fee", "Agency", "400.00"), ("tools", "CRM", "60.00"))
        ],
    ),
    "sales": Sample(
        "sales",
        ("id", "sold | fecha de venta | data da venda", _AMOUNT, _CUSTOMER),
        lambda last: [
            (f"S{n}", _back(last, n * 5), f"{80 + n * 15}.00", f"C{n % 3}") for n in range(6)
        ],
    ),
    "lines": Sample(
        "lines",
        (
            "order | pedido | pedido", "order date | fecha de venta | data da venda",
            "product | producto | produto", "quantity | cantidad | quantidade",
            "price | precio | preço", _CUSTOMER,
        ),
        lambda last: [
            (f"P{n // 2}", _back(last, n // 2 * 4), f"A{n % 3}", 1 + n % 2, "12.50", f"C{n // 4}")
            for n in range(8)
        ],
    ),
    "products": Sample(
        "products",
        ("sku", "product name | nombre del producto | nome do produto", "cost | coste | custo"),
        lambda last: [(f"A{n}", f"A {n}", f"{4 + n}.20") for n in range(3)],
    ),
    "budgets": Sample(
        "budgets",
        (_MONTH, "channel | canal | canal", "budget | presupuesto | orçamento"),
        lambda last: [(month, "paid_search", "900.00") for month in _months(last, 3)],
    ),
    "contacts": Sample(
        "contacts",
        ("date | fecha | data", "type | tipo | tipo", _CUSTOMER),
        lambda last: [(_back(last, n), ("call", "mail", "meeting")[n % 3], f"C{n % 2}") for n in range(6)],
    ),
    "terms": Sample(
        "terms",
        (_CUSTOMER, "from | desde | início", "to | hasta | fim"),
        lambda last: [("C0", _back(last, 200), ""), ("C1", _back(last, 90), last)],
    ),
    "visitors": Sample(
        "visitors",
        (_DAY, "visitor | visitante | visitante", "sessions | sesiones | sessões"),
        lambda last: [(_back(last, n % 3), f"v{n % 4}", 1) for n in range(6)],
    ),
    "ranges": Sample(
        "ranges",
        ("measure | medida | medida", _MONTH, "value | valor | valor"),
        lambda last: [("users", month, 1200 + n * 40) for n, month in enumerate(_months(last, 2))],
    ),
    "months": Sample(
        "months",
        (_MONTH, "net profit | beneficio neto | lucro líquido",
         "total revenue | ingresos totales | receita total"),
        lambda last: [(month, "-120.50", "9000.00") for month in _months(last, 2)],
    ),
    "own": Sample(
        "own",
        (_DAY, "measure | medida | medida", "value | valor | valor"),
        lambda last: [(_back(last, n), "key_of_your_measure", 3 + n) for n in range(3)],
    ),
}  # fmt: skip
#: What brings a client's pages to life: enough for the funnel, costs and traffic.
BROUGHT_IN = ("leads", "ads", "web", "costs")
