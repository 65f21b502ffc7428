"""What is compared of two clients: every row of a snapshot, and what every KPI says."""

from typing import Any

from accounts.models import Client
from campaigns.models import Campaign, Product, Salesperson
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.models.snapshots import STORED_MEASURES
from kpis.question import Question
from kpis.services import answer
from tests.year.rows import FIRST, LAST, Row


def summed(model: Any, client: Client) -> list[Row]:
    """The snapshot, its campaigns and sellers by name, its products by their id in the shop."""
    parents = (
        ("campaign_id", Campaign, "name"),
        ("salesperson_id", Salesperson, "name"),
        ("product_id", Product, "external_id"),
    )
    names = {
        field: dict(parent.objects.filter(client=client).values_list("pk", name))
        for field, parent, name in parents
    }
    measures = [measure.key for measure in STORED_MEASURES]
    own = {"id", "agency", "client", *measures}
    dimensions = [f.attname for f in model._meta.concrete_fields if f.name not in own]
    rows = model.objects.filter(client=client).values(*dimensions, *measures)
    found = [
        {
            name: names[name].get(value) if name in names else value
            for name, value in row.items()
            if value is not None
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: sorted(map(repr, row.items())))


def told(client: Client, split: str | None, by: str | None) -> dict[Any, Any]:
    """The value of every KPI and why there is none, by bucket and by the split's name."""
    question = Question(tuple(KPIS), Period(FIRST, LAST), by=by, split=split)
    said = answer(client, question, sees_costs=True)
    return {
        (row.bucket_key, row.label if split == "campaign" else row.split, key): (
            value.value,
            value.reason,
        )
        for row in said.rows
        for key, value in row.values.items()
    }
