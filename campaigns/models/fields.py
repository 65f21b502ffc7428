"""Columns that several facts share: the local day, money, and a reference checked set-wise."""

from typing import Any

from django.db import models

from accounts.models import CURRENCY, ClientModel
from accounts.touching import touched_at


class LocalDay(models.Func):
    """The date of an instant in the row's own zone, or the date that came without a time."""

    output_field = models.DateField()

    def __init__(self, instant: str, given: str) -> None:
        super().__init__(models.F(instant), models.F("tz"), models.F(given))

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        parts: list[str] = []
        params: list[Any] = []
        for source in self.source_expressions:
            sql, values = compiler.compile(source)
            parts.append(sql)
            params.extend(values)
        instant, zone, given = parts
        return f"COALESCE(({instant} AT TIME ZONE {zone})::date, {given})", params


def local_day(instant: str, given: str) -> models.GeneratedField:
    """A stored generated column: no writer, psql included, can get the day wrong."""
    return models.GeneratedField(
        expression=LocalDay(instant, given),
        output_field=models.DateField(null=True),
        db_persist=True,
    )


def money(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=18, decimal_places=6, **options)


def currency() -> models.CharField:
    return models.CharField(max_length=3, validators=[CURRENCY])


def reference(to: str, **options: Any) -> models.ForeignKey:
    """A tenant reference: Django's own constraint is off, a composite one or a trigger stands in."""
    return models.ForeignKey(
        to,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        **options,
    )


class FactModel(ClientModel):
    """A row as it happened or was imported, once per client, source and external id."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    batch = reference("campaigns.ImportBatch", null=True)
    tz = models.CharField(max_length=64)
    updated_at = touched_at()

    class Meta:
        abstract = True


def once(name: str, *extra: str) -> list[models.BaseConstraint]:
    """The identity of a fact: what makes importing twice change nothing."""
    fields = ["agency", "client", *extra, "source", "external_id"]
    return [models.UniqueConstraint(fields=fields, name=f"{name}_once")]
