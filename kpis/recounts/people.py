"""Different people and things counted once per group: buyers, orders of a product, visitors."""

from kpis.queries import COLUMNS
from kpis.recounts import ranges
from kpis.recounts.asked import Asked, Found, counted, rows_of

_BUYERS = {**COLUMNS, "is_returning": "(NOT is_first)"}

#: The distinct buyers of each group. A refund makes nobody a buyer.
_CUSTOMERS = """
    SELECT width_bucket(sold_on, %s::date[]) - 1, {split}, COUNT(DISTINCT customer_id)::numeric
      FROM campaigns_sale AS fact
     WHERE agency_id = %s AND client_id = %s AND sold_on BETWEEN %s AND %s{conditions}
     GROUP BY 1, 2"""

_OF_SALE = {name: f"sale.{column}" for name, column in _BUYERS.items()} | {
    "is_returning": "(NOT sale.is_first)",
    "product": "line.product_id",
}
#: An order counts in each product that it contains; one without lines in none that is known.
_ORDERS_OF_PRODUCTS = """
    SELECT width_bucket(sale.sold_on, %s::date[]) - 1, {split}, COUNT(DISTINCT sale.id)::numeric
      FROM campaigns_sale AS sale
      LEFT JOIN campaigns_saleline AS line ON line.agency_id = sale.agency_id
           AND line.client_id = sale.client_id AND line.sale_id = sale.id
     WHERE sale.agency_id = %s AND sale.client_id = %s
       AND sale.sold_on BETWEEN %s AND %s{conditions}
     GROUP BY 1, 2"""

_FIGURES = {
    "users": "COUNT(DISTINCT visitor)::numeric",
    "users_with_conversion": "COUNT(DISTINCT visitor) FILTER (WHERE has_conversion)::numeric",
}
VISITORS = frozenset(_FIGURES)
_OF_VISITORS = """
    SELECT width_bucket(day, %s::date[]) - 1, {split}, {figures}
      FROM campaigns_visitorday AS fact
     WHERE agency_id = %s AND client_id = %s AND day BETWEEN %s AND %s{conditions}
     GROUP BY 1, 2"""


def customers(asked: Asked) -> Found:
    """Distinct buyers by sale date."""
    conditions, values = asked.conditions(_BUYERS, "sold_on")
    sql = _CUSTOMERS.format(split=asked.cut_by(_BUYERS), conditions=conditions)
    return counted(asked, sql, [*_days_of(asked), *values])


def orders_of_products(asked: Asked) -> Found:
    """Orders by the products in them: not additive over products."""
    conditions, values = asked.conditions(_OF_SALE, "sale.sold_on")
    sql = _ORDERS_OF_PRODUCTS.format(split=asked.cut_by(_OF_SALE), conditions=conditions)
    return counted(asked, sql, [*_days_of(asked), *values])


def visitors(asked: Asked) -> Found:
    """Distinct visitors, and those with a primary key event, from the days of visitors.

    A bucket without any is what was reported for exactly its days, if anything was.
    """
    conditions, values = asked.conditions(day="day")
    figures = ", ".join(_FIGURES[key] for key in asked.keys)
    sql = _OF_VISITORS.format(split=asked.cut_by(), figures=figures, conditions=conditions)
    found = counted(asked, sql, [*_days_of(asked), *values])
    known = {number for number, _split in found}
    for place, totals in ranges.reported(asked).items():
        if place[0] not in known:
            found[place] = totals
    return found


def has_visitors(asked_keys: frozenset[str], agency_id: int, client_id: int) -> bool:
    """Whether the client's visitors are known day by day, so that a day without any has none."""
    if not asked_keys & VISITORS:
        return True
    [[is_there]] = rows_of(
        "SELECT EXISTS (SELECT FROM campaigns_visitorday WHERE agency_id = %s AND client_id = %s)",
        [agency_id, client_id],
    )
    return bool(is_there)


def _days_of(asked: Asked) -> list[object]:
    return [asked.firsts, asked.client.agency_id, asked.client.pk, asked.first, asked.last]
