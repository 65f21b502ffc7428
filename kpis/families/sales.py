"""The part of sales, their lines and refunds. Pure.

A sale with lines leaves value and goods to them, so that the lines' products are dimensions of the
snapshot and nothing is counted twice. Lines have the dimensions of their sale.
"""

from kpis.families.parts import TAGGED, Arm, Part, in_force

_BUYER = {
    **TAGGED,
    "currency": "currency",
    "device": "device",
    "salesperson_id": "salesperson_id",
    "country": "country",
}
#: A buyer whom nobody knows is neither new nor returning.
_SALE = {**_BUYER, "is_returning": "CASE WHEN customer_id IS NOT NULL THEN NOT is_first END"}
_REFUND = {
    **_BUYER,
    "is_returning": (
        "CASE WHEN sale_id IS NOT NULL OR customer_id IS NOT NULL THEN NOT is_first END"
    ),
    "product_id": "product_id",
}
_LINE_TABLE = """
    (SELECT line.agency_id, line.client_id, line.sold_on, line.product_id, line.units, line.amount,
            line.cost_of_goods, sale.channel, sale.utm_source, sale.utm_medium, sale.campaign_id,
            sale.currency, sale.device, sale.salesperson_id, sale.country, sale.customer_id,
            sale.is_first
       FROM campaigns_saleline AS line
       JOIN campaigns_sale AS sale ON sale.agency_id = line.agency_id
            AND sale.client_id = line.client_id AND sale.id = line.sale_id) AS line"""

SALES = Part(
    "sales",
    "sales",
    (
        "orders", "order_value", "refunds", "units", "cost_of_goods", "uncosted_value",
        "new_customers", "cohort_customers", "repeaters",
    ),
    (
        Arm(
            "campaigns_sale",
            "sold_on",
            {
                "orders": "count(*)",
                "order_value": "sum(CASE WHEN has_lines THEN 0 ELSE amount END)",
                "cost_of_goods": "sum(cost_of_goods) FILTER (WHERE NOT has_lines)",
                "uncosted_value": (
                    "sum(CASE WHEN has_lines OR cost_of_goods IS NOT NULL THEN 0 ELSE amount END)"
                ),
                "new_customers": "count(*) FILTER (WHERE is_first)",
                "cohort_customers": "count(*) FILTER (WHERE is_first)",
                "repeaters": (
                    "count(*) FILTER (WHERE is_first AND second_on - sold_on"
                    f" BETWEEN 0 AND {in_force('repeats', 'sold_on')})"
                ),
            },
            _SALE,
        ),
        Arm(
            _LINE_TABLE,
            "sold_on",
            {
                "order_value": "sum(amount)",
                "units": "sum(units)",
                "cost_of_goods": "sum(cost_of_goods)",
                "uncosted_value": "sum(CASE WHEN cost_of_goods IS NULL THEN amount ELSE 0 END)",
            },
            {**_SALE, "product_id": "product_id"},
        ),
        Arm(
            "campaigns_refund",
            "refunded_on",
            {
                "refunds": "sum(amount)",
                "cost_of_goods": "-sum(cost_of_goods)",
                "uncosted_value": "-sum(CASE WHEN cost_of_goods IS NULL THEN amount ELSE 0 END)",
            },
            _REFUND,
        ),
    ),
    rows="active_customers IS NULL",
)  # fmt: skip
