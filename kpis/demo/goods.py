"""The demo's shops: products, the lines of each sale, and what the goods cost."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random

from campaigns.models import Product, Sale, SaleLine
from kpis.demo.scene import Stage
from kpis.demo.story import money


def goods_sell(stage: Stage, sales: Iterable[Sale]) -> list[SaleLine]:
    """Divide each sale, already written, into lines that add up to it, to the last unit of money.

    The cost of a line is its amount times what the goods cost on average; with it the sale's own.
    """
    business = stage.business
    if not business.products:
        return []
    products = Product.objects.bulk_create(
        Product(**stage.own(external_id=f"p{place}", name=name))
        for place, name in enumerate(business.products)
    )
    lines: list[SaleLine] = []
    changed = []
    for sale in sales:
        mine = list(_lines(stage, sale, products))
        sale.has_lines = True
        sale.cost_of_goods = sum((line.cost_of_goods or Decimal(0) for line in mine), Decimal(0))
        changed.append(sale)
        lines += mine
    Sale.objects.bulk_update(changed, ["has_lines", "cost_of_goods"], batch_size=1_000)
    return lines


def _lines(stage: Stage, sale: Sale, products: list[Product]) -> Iterator[SaleLine]:
    business = stage.business
    dice = Random(f"{business.slug}|lines|{sale.external_id}")  # noqa: S311
    count = dice.choice((1, 1, 2, 2, 3))
    rest = Decimal(sale.amount)
    for place in range(count):
        is_last = place == count - 1
        share = 1.0 if is_last else dice.uniform(0.3, 0.6)
        amount = rest if is_last else money(float(rest) * share, sale.currency)
        rest -= amount
        is_repeat = sale.kind == "repeat"
        yield SaleLine(
            **stage.fact(sale.source, f"{sale.external_id}#{place + 1}"), sale=sale,
            sold_on=sale.sold_on, product=dice.choice(products), units=dice.randint(1, 3),
            amount=amount, cost_of_goods=money(float(amount) * business.goods_share, sale.currency),
            kind=dice.choice(("", "", "upsell", "cross", "cross")) if is_repeat else "",
        )  # fmt: skip
