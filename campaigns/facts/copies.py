"""Dimensions that a sale carries of its lead, and a refund of its sale: whoever changes one changes both.

For batches it is `imports.writing.copies`, which also keeps what stood there.
"""

from collections.abc import Sequence
from typing import Any, Literal

from django.db import connection

from accounts.models import Client

COPIED = ("channel", "utm_source", "utm_medium", "campaign_id", "device", "country")


def copy_to_sales(client: Client, lead_ids: Sequence[int]) -> None:
    """The sales of these leads take on their dimensions."""
    link = "target.lead_id = source.id AND source.id = ANY(%s)"
    _copy(client, "campaigns_sale", "campaigns_lead", link, lead_ids)


def copy_to_refunds(client: Client, key: Literal["id", "lead_id"], ids: Sequence[int]) -> None:
    """The refunds of these sales, or of the sales of these leads, take on theirs."""
    link = f"target.sale_id = source.id AND source.{key} = ANY(%s)"
    _copy(client, "campaigns_refund", "campaigns_sale", link, ids)


def _copy(client: Client, table: str, origin: str, link: str, ids: Sequence[int]) -> None:
    changes = ", ".join(f"{name} = source.{name}" for name in COPIED)
    mine = ", ".join(f"target.{name}" for name in COPIED)
    theirs = ", ".join(f"source.{name}" for name in COPIED)
    parameters: list[Any] = [client.agency_id, client.pk, list(ids)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS target SET {changes} FROM {origin} AS source"
            f" WHERE target.agency_id = %s AND target.client_id = %s AND {link}"
            f" AND source.agency_id = target.agency_id AND source.client_id = target.client_id"
            f" AND ({mine}) IS DISTINCT FROM ({theirs})",
            parameters,
        )
