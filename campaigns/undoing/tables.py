"""The tables that imports write, with what makes a row the same row, parents before children."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models

from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    Interaction,
    LandingPage,
    Lead,
    ManualMonth,
    OwnValue,
    Product,
    Refund,
    ReplacedRow,
    ReportedRange,
    Sale,
    SaleLine,
    Salesperson,
    SourceSync,
    VisitorDay,
)

#: Found anew under the customers' lock (see firsts), so nobody writes them by hand.
DERIVED = frozenset(("is_first", "second_on", "first_sale_on", "was_customer"))
#: Written by the database, whoever writes the row.
STAMP = "updated_at"


@dataclass(frozen=True)
class Written:
    """A table that imports write. key: what makes two rows the same, within a client."""

    model: type[models.Model]
    key: tuple[str, ...] = ("source", "external_id")
    columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        stored = (
            each.column
            for each in self.model._meta.concrete_fields
            if not isinstance(each, models.GeneratedField)
        )
        object.__setattr__(self, "columns", tuple(stored))

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def compared(self) -> list[str]:
        """The columns that tell whether a row has changed."""
        return [each for each in self.columns if each not in DERIVED and each != STAMP]

    @property
    def derived(self) -> list[str]:
        return [each for each in self.columns if each in DERIVED]

    @property
    def has_batch(self) -> bool:
        return "batch_id" in self.columns


PARENTS = (
    Written(Campaign, ("external_id",)),
    Written(LandingPage, ("path",)),
    Written(Salesperson, ("external_id",)),
)
SOURCES = Written(SourceSync, ("family", "source"))
#: What leads, sales, lines, products, contacts and contracts write: each looks at the others.
DEALS = (
    Written(Customer, ("external_id",)),
    Written(Product, ("external_id",)),
    Written(Lead),
    Written(Sale),
    Written(SaleLine),
    Written(Refund),
    Written(Interaction),
    Written(CustomerTerm),
)
#: Kinds of file that look at nothing but their own table.
ALONE = {
    "daily": Written(DailyFact, ("family", "source", "external_id")),
    "costs": Written(Cost),
    "budgets": Written(Budget),
    "months": Written(ManualMonth),
    "visitors": Written(VisitorDay),
    "ranges": Written(ReportedRange),
    "own": Written(OwnValue, ("measure_id", "day", "channel", "campaign_id")),
}
#: What rows were before a batch changed them: belongs to the batch, and has no key of its own.
IMAGES = Written(ReplacedRow, ())


def tables_of(kinds: Iterable[str]) -> list[Written]:
    """Every table that files of these kinds write, parents first."""
    kinds = set(kinds)
    deals = DEALS if kinds - set(ALONE) else ()
    alone = [table for kind, table in ALONE.items() if kind in kinds]
    return [*PARENTS, *deals, *alone, SOURCES]


def references_to(model: type[models.Model]) -> list[tuple[str, str]]:
    """Tables and columns that point at a row of this model, whoever's they are."""
    return sorted(
        (each._meta.db_table, str(column.column))
        for each in apps.get_models()
        for column in each._meta.concrete_fields
        if column.is_relation and column.related_model is model
    )
