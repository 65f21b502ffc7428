"""Customers by whether they are active on a day: who was there at the start, stayed, or bought more.

Active on a day: a contract in force, or a purchase in the last N days, N as it holds on that day.
"""

from datetime import timedelta

from kpis.recounts.asked import Asked, Found, counted

_ONE_DAY = timedelta(days=1)

#: What is known of a customer; a product is one that they had bought before the bucket began.
_CUSTOMER = {
    "salesperson": "customer.salesperson_id",
    "country": "customer.country",
    "product": "owned.product_id",
}

# 1. On each day of interest, every customer's latest sale up to it: a sale is that from its own day
#    until the day before the customer's next one, so each customer appears once a day, however many
#    sales there are. 2. Contracts in force add those who did not buy. 3. Whoever is there on the
#    day before a bucket begins is one of its customers; on its last day, one who stayed.
_PRESENT = """
WITH mark AS (
    SELECT place::int, day, days
      FROM unnest(%(marks)s::date[], %(active_days)s::int[]) WITH ORDINALITY AS mark (day, days, place)
), sold AS (
    SELECT customer_id, sold_on,
           LEAST(lead(sold_on) OVER (PARTITION BY customer_id ORDER BY sold_on) - 1,
                 sold_on + %(most_days)s) AS until
      FROM campaigns_sale
     WHERE agency_id = %(agency)s AND client_id = %(client)s AND customer_id IS NOT NULL
       AND sold_on BETWEEN %(marks_first)s - %(most_days)s AND %(marks_last)s
), seen AS (
    SELECT place, customer_id
      FROM sold
      CROSS JOIN LATERAL generate_series(
           width_bucket(sold_on - 1, %(marks)s::date[]) + 1,
           width_bucket(until, %(marks)s::date[])) AS place
      JOIN mark USING (place)
     WHERE mark.day <= sold_on + mark.days
     UNION
    SELECT place, customer_id
      FROM campaigns_customerterm AS term
      JOIN mark ON mark.day >= term.starts_on AND COALESCE(mark.day <= term.ends_on, TRUE)
     WHERE agency_id = %(agency)s AND client_id = %(client)s
), bucket AS (
    SELECT place::int - 1 AS bucket, first, last,
           array_position(%(marks)s::date[], first - 1) AS starts,
           array_position(%(marks)s::date[], last) AS ends
      FROM unnest(%(firsts)s::date[], %(lasts)s::date[]) WITH ORDINALITY AS asked (first, last, place)
), marked AS (
    SELECT bucket, first, customer_id, seen.place = starts AS at_start, seen.place = ends AS at_end,
           FALSE AS is_upsold, FALSE AS is_cross_sold, FALSE AS is_engaged
      FROM bucket JOIN seen ON seen.place IN (starts, ends){events}
), standing AS (
    SELECT bucket, first, customer_id, bool_or(at_start) AS at_start, bool_or(at_end) AS at_end,
           bool_or(is_upsold) AS is_upsold, bool_or(is_cross_sold) AS is_cross_sold,
           bool_or(is_engaged) AS is_engaged
      FROM marked GROUP BY 1, 2, 3
)"""

# What happened within a bucket is put beside who was there and gathered by customer: a join would
# trust the planner's guess of how many they are, which is one while nothing has been analysed.
_BOUGHT_MORE = """
     UNION ALL
    SELECT bucket, first, sale.customer_id, FALSE, FALSE, line.kind = 'upsell',
           line.kind = 'cross', FALSE
      FROM campaigns_saleline AS line
      JOIN campaigns_sale AS sale ON sale.agency_id = line.agency_id
           AND sale.client_id = line.client_id AND sale.id = line.sale_id
      JOIN bucket ON sale.sold_on BETWEEN bucket.first AND bucket.last
     WHERE line.agency_id = %(agency)s AND line.client_id = %(client)s AND line.kind <> ''
       AND sale.customer_id IS NOT NULL"""
#: It takes two: the customer wrote or answered, or a meeting took place. Nothing sent to many.
_IN_TOUCH = """
     UNION ALL
    SELECT bucket, first, contact.customer_id, FALSE, FALSE, FALSE, FALSE, TRUE
      FROM campaigns_interaction AS contact
      JOIN bucket ON contact.happened_on BETWEEN bucket.first AND bucket.last
     WHERE contact.agency_id = %(agency)s AND contact.client_id = %(client)s
       AND contact.customer_id IS NOT NULL
       AND NOT contact.is_bulk AND (contact.is_inbound OR contact.is_held)"""

_ALL = "COUNT(DISTINCT standing.customer_id)"
_FIGURES = {
    "customers_start": f"{_ALL}::numeric",
    "eligible": f"{_ALL}::numeric",
    "stayed": f"{_ALL} FILTER (WHERE at_end)::numeric",
    "upsold": f"{_ALL} FILTER (WHERE is_upsold)::numeric",
    "cross": f"{_ALL} FILTER (WHERE is_cross_sold)::numeric",
    "engaged_customers": f"{_ALL} FILTER (WHERE is_engaged)::numeric",
}
_OWNED = """
      JOIN LATERAL (
           SELECT DISTINCT line.product_id
             FROM campaigns_sale AS sale
             JOIN campaigns_saleline AS line ON line.agency_id = sale.agency_id
                  AND line.client_id = sale.client_id AND line.sale_id = sale.id
            WHERE sale.agency_id = %(agency)s AND sale.client_id = %(client)s
              AND sale.customer_id = standing.customer_id AND sale.sold_on < standing.first
           ) AS owned ON TRUE"""
# Joined only where it is asked for: without statistics the planner takes the standing customers for
# one row, and would walk through all customers for each of them.
_OF_CUSTOMER = """
      JOIN campaigns_customer AS customer ON customer.agency_id = %(agency)s
           AND customer.client_id = %(client)s AND customer.id = standing.customer_id"""
_STANDING = """{present}
    SELECT bucket, {split}, {figures}
      FROM standing{customer}{owned}
     WHERE {only}{conditions}
     GROUP BY 1, 2"""


def of_the_start(asked: Asked) -> Found:
    """Customers active when the bucket begins; who of them stayed, was upsold or bought across."""
    return _standing(asked, "at_start", _BOUGHT_MORE if {"upsold", "cross"} & {*asked.keys} else "")


def engaged(asked: Asked) -> Found:
    """Customers active on the bucket's last day who answered, met or wrote within it."""
    return _standing(asked, "at_end", _IN_TOUCH)


def _standing(asked: Asked, only: str, events: str) -> Found:
    conditions, values = asked.conditions(_CUSTOMER)
    dimensions = {*asked.filters, asked.split}
    sql = _STANDING.format(
        present=_PRESENT.replace("{events}", events),
        split=asked.cut_by(_CUSTOMER),
        figures=", ".join(_FIGURES[key] for key in asked.keys),
        customer=_OF_CUSTOMER if dimensions & {"salesperson", "country"} else "",
        owned=_OWNED if "product" in dimensions else "",
        only=only,
        conditions=asked.named(conditions),
    )
    return counted(asked, sql, {**_values(asked), **asked.names(values)})


def _values(asked: Asked) -> dict[str, object]:
    marks = sorted({first - _ONE_DAY for first in asked.firsts} | set(asked.lasts))
    days = [asked.parameters.on(day).active_days for day in marks]
    return {
        "agency": asked.client.agency_id,
        "client": asked.client.pk,
        "marks": marks,
        "marks_first": marks[0],
        "marks_last": marks[-1],
        "active_days": days,
        "most_days": max(days),
        "firsts": asked.firsts,
        "lasts": asked.lasts,
    }
