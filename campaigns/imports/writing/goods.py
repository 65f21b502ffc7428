"""Lines of orders: they make sales with their lines, customers and products; credit notes make refunds.

A *document* is all rows of the file with one sale id.

1. A document whose amounts add up to less than 0, or that the file calls given back, is a credit
   note: each of its lines is a refund on the document's own day. It may name the sale that it gives
   back (`refund_of`); else it knows its customer, if anybody.
2. Any other document with an amount in some line is a sale: the sum of its lines. A line below 0
   is a discount. A document of nothing but zeros (stock corrections, samples) is left out, and noted.
3. A file has a sale whole: lines that a sale had from this source and has no more are removed.
4. Lines are numbered in the order of the file, so that the same file again is the same lines.
"""

from collections.abc import Set
from typing import Any

from campaigns.imports.writing.images import keep_images
from campaigns.imports.writing.parents import CAMPAIGN_KEY, SALESPERSON_KEY, make_customers
from campaigns.imports.writing.sales import sales_table
from campaigns.imports.writing.staging import STAGED, execute, rows_of
from campaigns.imports.writing.targets import Table, Target
from campaigns.imports.writing.upsert import Written, upsert
from campaigns.statistics import statistics_renew

DOCUMENTS, SOLD, CREDITED = "rumbo_documents", "rumbo_sold", "rumbo_credited"
_AMOUNT = "COALESCE(s.amount, COALESCE(s.units, 1) * s.unit_price)"


def make_products(about: dict[str, Any]) -> None:
    """Products that the rows name; a name that the file says replaces another."""
    keep_images(
        "campaigns_product",
        about,
        f"""JOIN (SELECT s.product, max(s.product_name) AS name FROM {STAGED} s
                   WHERE s.product IS NOT NULL GROUP BY 1) n ON n.product = t.external_id""",
        "t.agency_id = %(agency)s AND t.client_id = %(client)s AND n.name NOT IN ('', t.name)",
    )
    new = execute(
        f"""INSERT INTO campaigns_product (agency_id, client_id, external_id, name, currency, batch_id)
            SELECT %(agency)s, %(client)s, s.product, COALESCE(max(s.product_name), ''), '', %(batch)s
              FROM {STAGED} s WHERE s.product IS NOT NULL GROUP BY s.product ORDER BY 3
            ON CONFLICT (agency_id, client_id, external_id) DO UPDATE SET name = EXCLUDED.name
             WHERE EXCLUDED.name NOT IN ('', campaigns_product.name)""",
        about,
    )
    statistics_renew("campaigns_product", new)


def write_lines(mapped: Set[str], about: dict[str, Any], counts: dict[str, int]) -> Written:
    """about: as `write_facts` has it. The answer counts lines and refunds; counts gets the sales."""
    if "customer" in mapped:
        make_customers("s.customer", "s.customer_name", "s.customer IS NOT NULL", about)
    if "product" in mapped:
        make_products(about)
    _make_documents(mapped, about)
    # A document speaks for its sale as a row of a file of sales does.
    of_sale = (set(mapped) - {"sale"}) | {"external_id", "amount", "has_lines"}
    sales = upsert(_sales(of_sale), of_sale, about)
    lines = upsert(_LINES, {"always"}, about)
    removed = _remove_lines(about)
    refunds = upsert(_REFUNDS, {"always"}, about)
    zeros = rows_of(f"SELECT count(*) FROM {DOCUMENTS} WHERE NOT is_credit AND is_empty")[0][0]
    counts |= {
        "sales_new": sales.new, "sales_changed": sales.changed, "refunds_new": refunds.new,
        "lines_removed": removed, "without_amount": zeros,
    }  # fmt: skip
    same = rows_of(f"SELECT (SELECT count(*) FROM {SOLD}) + (SELECT count(*) FROM {CREDITED})")
    counts["rows"] = same[0][0]
    return Written(lines.new + refunds.new, lines.changed + refunds.changed)


def _make_documents(mapped: Set[str], about: dict[str, Any]) -> None:
    for table in (DOCUMENTS, SOLD, CREDITED):
        execute(f"DROP TABLE IF EXISTS {table}")
    refund = "bool_or(COALESCE(s.is_refund = 't', false))" if "is_refund" in mapped else "false"
    execute(
        f"""CREATE TEMPORARY TABLE {DOCUMENTS} ON COMMIT DROP AS
            SELECT s.sale AS external_id, min(s.line) AS line, sum({_AMOUNT}) AS amount,
                   sum({_AMOUNT}) < 0 OR {refund} AS is_credit,
                   bool_and({_AMOUNT} = 0) AS is_empty, bool_or({_AMOUNT} > 0) AS has_positive,
                   min(s.sold_at) AS sold_at,
                   CASE WHEN min(s.sold_at) IS NULL THEN min(s.sold_date) END AS sold_date,
                   max(s.customer) AS customer, max(s.currency) AS currency,
                   max(s.channel) FILTER (WHERE s.channel <> 'unassigned') AS channel,
                   max(s.utm_source) AS utm_source, max(s.utm_medium) AS utm_medium,
                   max(s.campaign_id) AS campaign_id, max(s.campaign) AS campaign,
                   max(s.device) AS device, max(s.country) AS country,
                   max(s.salesperson) AS salesperson, max(s.salesperson_name) AS salesperson_name,
                   max(s.lead) AS lead, max(s.refund_of) AS refund_of, NULL::text AS sale_kind
              FROM {STAGED} s GROUP BY s.sale"""
    )
    execute(f"UPDATE {DOCUMENTS} SET channel = 'unassigned' WHERE channel IS NULL")
    cost = """COALESCE(s.cost_of_goods, s.units * COALESCE(s.unit_cost,
        CASE WHEN p.currency = COALESCE(s.currency, %(currency)s) THEN p.unit_cost END))"""
    execute(
        f"""CREATE TEMPORARY TABLE {SOLD} ON COMMIT DROP AS
            SELECT s.sale || '#' || row_number() OVER (PARTITION BY s.sale ORDER BY s.line) AS external_id,
                   s.line, s.sale, p.id AS product_id, COALESCE(s.units, 0) AS units, {_AMOUNT} AS amount,
                   {cost} AS cost_of_goods, d.is_credit, d.has_positive,
                   CASE WHEN s.line_kind IN ('upsell', 'cross') THEN s.line_kind ELSE '' END AS kind
              FROM {STAGED} s JOIN {DOCUMENTS} d ON d.external_id = s.sale AND NOT d.is_empty
              LEFT JOIN campaigns_product p ON p.agency_id = %(agency)s AND p.client_id = %(client)s
                   AND p.external_id = s.product""",
        about,
    )
    _make_credits()
    execute(f"DELETE FROM {SOLD} WHERE is_credit")
    execute(f"CREATE INDEX ON {SOLD} (sale)")  # what a sale's goods cost is asked for each sale
    for table in (DOCUMENTS, SOLD, CREDITED):
        execute(f"ANALYZE {table}")


def _make_credits() -> None:
    """A refund for each line; a credit note with lines of both signs is one refund of its sum.

    Amounts of a document that the file calls given back count as given back, whatever their sign.
    """
    execute(
        f"""CREATE TEMPORARY TABLE {CREDITED} ON COMMIT DROP AS
            SELECT l.external_id, l.line, l.product_id, abs(l.amount) AS amount, abs(l.units) AS units,
                   abs(l.cost_of_goods) AS cost_of_goods, d.external_id AS sale
              FROM {SOLD} l JOIN {DOCUMENTS} d ON d.external_id = l.sale
             WHERE d.is_credit AND l.amount <> 0 AND (NOT d.has_positive OR d.amount > 0)
            UNION ALL
            SELECT d.external_id, d.line, NULL, -d.amount, NULL, NULL, d.external_id
              FROM {DOCUMENTS} d WHERE d.is_credit AND d.has_positive AND d.amount < 0"""
    )


def _sales(mapped: Set[str]) -> Table:
    """A file of sales' own columns, made of the documents; one without a customer is nobody's."""
    plain = sales_table(mapped, has_customers=False)
    lined = {
        "amount": Target("amount", "s.amount", ("amount",)),
        "has_lines": Target("has_lines", "true", ("has_lines",)),
    }
    costs = Target(
        "cost_of_goods",
        f"""(SELECT CASE WHEN count(*) = count(l.cost_of_goods) THEN sum(l.cost_of_goods) END
               FROM {SOLD} l WHERE l.sale = s.external_id)""",
        ("amount",),
    )
    targets = tuple(lined.get(each.column, each) for each in plain.targets)
    rows = f"(SELECT * FROM {DOCUMENTS} WHERE NOT is_credit AND NOT is_empty)"
    return Table(plain.name, (*targets, costs), plain.joins, rows=rows)


_SALE_JOIN = """ JOIN campaigns_sale x ON x.agency_id = %(agency)s AND x.client_id = %(client)s
    AND x.source = %(source)s AND x.external_id = s.sale"""
_ALWAYS = ("always",)
_LINES = Table(
    "campaigns_saleline",
    (
        Target("sale_id", "x.id", _ALWAYS),
        Target("sold_on", "x.sold_on", _ALWAYS),
        Target("product_id", "s.product_id", _ALWAYS),
        Target("units", "s.units", _ALWAYS),
        Target("amount", "s.amount", _ALWAYS),
        Target("cost_of_goods", "s.cost_of_goods", _ALWAYS),
        Target("kind", "s.kind", _ALWAYS),
    ),
    _SALE_JOIN,
    rows=SOLD,
)
_CREDITS = f"""(SELECT c.external_id, c.line, c.product_id, c.amount, c.units, c.cost_of_goods,
        d.sold_at, d.sold_date, d.customer, d.currency, d.channel, d.utm_source, d.utm_medium,
        d.campaign_id, d.campaign, d.device, d.country, d.salesperson, d.salesperson_name, d.refund_of
   FROM {CREDITED} c JOIN {DOCUMENTS} d ON d.external_id = c.sale)"""
_OF_SALE = "COALESCE(x.{0}, {1})"
_REFUNDS = Table(
    "campaigns_refund",
    (
        Target("sale_id", "x.id", _ALWAYS),
        Target("customer_id", "CASE WHEN x.id IS NULL THEN b.id END", _ALWAYS),
        Target("product_id", "s.product_id", _ALWAYS),
        Target("units", "s.units", _ALWAYS),
        Target("refunded_at", "s.sold_at", _ALWAYS),
        Target("refunded_date", "s.sold_date", _ALWAYS),
        Target("amount", "s.amount", _ALWAYS),
        Target("currency", "COALESCE(s.currency, %(currency)s)", _ALWAYS),
        Target("cost_of_goods", "s.cost_of_goods", _ALWAYS),
        Target("is_first", "COALESCE(x.is_first, false)"),
        Target("channel", _OF_SALE.format("channel", "s.channel"), _ALWAYS),
        *(
            Target(name, _OF_SALE.format(name, f"s.{name}, ''"), _ALWAYS)
            for name in ("utm_source", "utm_medium", "device", "country")
        ),
        Target("campaign_id", _OF_SALE.format("campaign_id", "c.id"), _ALWAYS),
        Target("salesperson_id", _OF_SALE.format("salesperson_id", "w.id"), _ALWAYS),
    ),
    f""" LEFT JOIN rumbo_campaigns c ON c.key = {CAMPAIGN_KEY}
      LEFT JOIN rumbo_people w ON w.key = {SALESPERSON_KEY}
      LEFT JOIN campaigns_sale x ON x.agency_id = %(agency)s AND x.client_id = %(client)s
           AND x.source = %(source)s AND x.external_id = s.refund_of
      LEFT JOIN campaigns_customer b ON b.agency_id = %(agency)s AND b.client_id = %(client)s
           AND b.external_id = s.customer""",
    rows=_CREDITS,
)


def _remove_lines(about: dict[str, Any]) -> int:
    """Lines that a sale of this file had and has no more, with images to bring them back."""
    gone = f"""t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.source = %(source)s
        AND t.sale_id IN (SELECT x.id FROM campaigns_sale x JOIN {DOCUMENTS} d
                             ON d.external_id = x.external_id
                          WHERE x.agency_id = %(agency)s AND x.client_id = %(client)s
                            AND x.source = %(source)s AND NOT d.is_credit AND NOT d.is_empty)
        AND NOT EXISTS (SELECT 1 FROM {SOLD} s WHERE s.external_id = t.external_id)"""
    if not keep_images("campaigns_saleline", about, "", gone):
        return 0
    return execute(f"DELETE FROM campaigns_saleline t WHERE {gone}", about)


_PRODUCTS = Table(
    "campaigns_product",
    (
        Target("name", "COALESCE(s.product_name, '')", ("product_name",)),
        Target("unit_cost", "s.unit_cost", ("unit_cost",)),
        Target(
            "currency",
            "CASE WHEN s.unit_cost IS NULL THEN '' ELSE COALESCE(s.currency, %(currency)s) END",
            ("unit_cost",),
        ),
    ),
    key=("external_id",),
    external_id="s.product",
    has_zone=False,
)


def write_products(mapped: Set[str], about: dict[str, Any], counts: dict[str, int]) -> Written:
    """Products and their cost; lines and refunds that did not know theirs take it, and their sales."""
    written = upsert(_PRODUCTS, mapped, about)
    if "unit_cost" in mapped:
        counts["lines_costed"] = sum(
            _cost(table, currency, about)
            for table, currency in (
                ("campaigns_saleline", "x.currency"), ("campaigns_refund", "t.currency"),
            )
        )  # fmt: skip
        _cost_sales(about)
    return written


def _cost(table: str, currency: str, about: dict[str, Any]) -> int:
    sale = "LEFT JOIN campaigns_sale x ON x.id = t.sale_id AND x.client_id = t.client_id"
    ours = f"""t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.cost_of_goods IS NULL
        AND t.units IS NOT NULL AND p.unit_cost IS NOT NULL AND p.currency = {currency}"""
    product = """JOIN campaigns_product p ON p.agency_id = t.agency_id AND p.client_id = t.client_id
        AND p.id = t.product_id"""
    if not keep_images(table, about, f"{product} {sale}", ours):
        return 0
    return execute(
        f"""UPDATE {table} SET cost_of_goods = found.cost
              FROM (SELECT t.id, t.units * p.unit_cost AS cost FROM {table} t {product} {sale}
                     WHERE {ours}) found
             WHERE {table}.agency_id = %(agency)s AND {table}.client_id = %(client)s
               AND {table}.id = found.id""",
        about,
    )


def _cost_sales(about: dict[str, Any]) -> None:
    """A sale with lines costs what they cost together, once each of them knows."""
    sums = """JOIN (SELECT l.sale_id, sum(l.cost_of_goods) AS cost FROM campaigns_saleline l
                     WHERE l.agency_id = %(agency)s AND l.client_id = %(client)s
                     GROUP BY l.sale_id HAVING count(*) = count(l.cost_of_goods)) n
                ON n.sale_id = t.id"""
    differs = """t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.has_lines
        AND t.cost_of_goods IS DISTINCT FROM n.cost"""
    if keep_images("campaigns_sale", about, sums, differs):
        execute(
            f"""UPDATE campaigns_sale SET cost_of_goods = found.cost
                  FROM (SELECT t.id, n.cost FROM campaigns_sale t {sums} WHERE {differs}) found
                 WHERE campaigns_sale.agency_id = %(agency)s
                   AND campaigns_sale.client_id = %(client)s AND campaigns_sale.id = found.id""",
            about,
        )
