"""Copies that facts carry of their lead or sale: whoever changes the source changes the copies."""

from typing import Any

from campaigns.imports.writing.images import keep_images
from campaigns.imports.writing.staging import execute

COPIED = ("channel", "utm_source", "utm_medium", "campaign_id", "device", "country")


def copy_to_sales(about: dict[str, Any]) -> None:
    """The sales of the leads that this batch wrote take on their dimensions."""
    _copy("campaigns_sale", "campaigns_lead", "o.id = t.lead_id", about)


def copy_to_refunds(about: dict[str, Any]) -> None:
    """The refunds of the sales that this batch wrote take on theirs."""
    _copy("campaigns_refund", "campaigns_sale", "o.id = t.sale_id", about)


def _copy(table: str, origin: str, link: str, about: dict[str, Any]) -> None:
    joins = f"JOIN {origin} o ON o.agency_id = t.agency_id AND o.client_id = t.client_id AND {link}"
    differs = (
        f"({', '.join(f't.{name}' for name in COPIED)}) IS DISTINCT FROM"
        f" ({', '.join(f'o.{name}' for name in COPIED)})"
    )
    condition = (
        "t.agency_id = %(agency)s AND t.client_id = %(client)s"
        f" AND o.batch_id = %(batch)s AND {differs}"
    )
    if keep_images(table, about, joins, condition):
        changes = ", ".join(f"{name} = o.{name}" for name in COPIED)
        execute(
            f"""UPDATE {table} t SET {changes}, batch_id = %(batch)s FROM {origin} o
                 WHERE o.agency_id = t.agency_id AND o.client_id = t.client_id AND {link}
                   AND {condition}""",
            about,
        )
