"""Clients with many buyers, for the tests of fits: drawn once, written in one statement each."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection

from accounts.models import Client
from campaigns.firsts import firsts_keep
from campaigns.models import Customer, SourceSync

Purchase = tuple[int, date, float]  # customer's number, day, amount


def draw(customers: int, first: date, last: date, seed: int = 7) -> list[Purchase]:
    """Buyers who come back at rates and for amounts of their own, until they stop, each by chance."""
    chance = random.Random(seed)
    found = []
    for number in range(customers):
        day = first + timedelta(days=chance.randrange((last - first).days * 2 // 3))
        rate, usual = chance.gammavariate(0.9, 1 / 40), chance.gammavariate(6, 5)
        stops = chance.betavariate(0.8, 2.4)
        while day <= last:
            found.append((number, day, round(chance.gammavariate(6, usual / 6), 2)))
            if chance.random() < stops:
                break
            day += timedelta(days=1 + int(chance.expovariate(rate)))
    return found


def write(client: Client, purchases: Sequence[Purchase], currency: str = "") -> None:
    """As sales of a source that is live, with the first of each customer marked. In scope."""
    own = {"agency_id": client.agency_id, "client": client}
    SourceSync.objects.get_or_create(
        **own, family="sales", source="test", defaults={"is_live": True}
    )
    numbers = sorted({number for number, _day, _amount in purchases})
    made = Customer.objects.bulk_create(
        [Customer(**own, external_id=f"c{number}", name=f"Buyer {number}") for number in numbers]
    )
    ids = dict(zip(numbers, (each.pk for each in made), strict=True))
    rows = [
        (client.agency_id, client.pk, "test", f"s{index}", "UTC", ids[number], day, amount,
         currency or client.currency)
        for index, (number, day, amount) in enumerate(purchases)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO campaigns_sale (agency_id, client_id, source, external_id, tz, customer_id,"
            " sold_date, amount, currency, kind, is_first, channel, device, country)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', false, 'direct', '', '')",
            rows,
        )
    firsts_keep(client, ids.values())
