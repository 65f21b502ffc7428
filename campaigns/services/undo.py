"""Undoing a client's newest import: what it replaced comes back, what it added goes.

1. Rows that it changed or removed get back what they were.
2. Rows that it added are deleted, children first; the customers it made, too.
3. The source is again as complete as it was; first sales are found again.
"""

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.commits import after_commit
from accounts.errors import DomainError
from accounts.locks import Work, lock
from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.firsts import firsts_keep
from campaigns.imports.writing.staging import execute, rows_of
from campaigns.imports.writing.touched import customers_touched
from campaigns.models import (
    Budget,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    ImportBatch,
    Interaction,
    Lead,
    ManualMonth,
    OwnValue,
    Product,
    Refund,
    ReplacedRow,
    ReportedRange,
    Sale,
    SaleLine,
    SourceSync,
    VisitorDay,
)
from campaigns.models.batches import BatchState
from campaigns.signals import facts_changed

#: Children before what they point at.
_FACTS: tuple[type[models.Model], ...] = (
    DailyFact, Cost, Budget, ManualMonth, VisitorDay, ReportedRange, Interaction, CustomerTerm,
    SaleLine, Refund, Sale, Lead, Product, Customer, OwnValue,
)  # fmt: skip


#: A line's image may have been taken after its sale had moved: the day is the sale's, as it is again.
_DATE_LINES = """UPDATE campaigns_saleline line SET sold_on = sale.sold_on FROM campaigns_sale sale
    WHERE line.agency_id = %(agency)s AND line.client_id = %(client)s
      AND sale.agency_id = line.agency_id AND sale.client_id = line.client_id
      AND sale.id = line.sale_id AND line.sold_on <> sale.sold_on"""


def batch_undo(client: Client, batch: ImportBatch) -> ImportBatch:
    """Take a batch back. Only the newest one that stands can be: later ones rest on it."""
    lock(Work.IMPORTS, client.pk)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk, client=client)
    if batch.state != BatchState.DONE:
        raise DomainError(
            "batch_not_done", _("This import is not done, so nothing is to be undone.")
        )
    newer = ImportBatch.objects.filter(client=client, state=BatchState.DONE, pk__gt=batch.pk)
    if newer.exists():
        raise DomainError(
            "batch_not_newest",
            _("A later import stands on this one. Undo the imports one by one, the newest first."),
        )
    which = {"agency": client.agency_id, "client": client.pk, "batch": batch.pk}
    try:
        with transaction.atomic(), writing_because("undo", batch.pk):
            customers = customers_touched(which)
            removed = _take_back(which)
            firsts_keep(client, _that_stand(client, customers))
    except IntegrityError as error:
        raise DomainError(
            "batch_in_use",
            _("Something written later points at rows of this import (a sale, a refund, a goal)."
              " Remove that first."),
        ) from error  # fmt: skip
    batch.state, batch.undone_at = BatchState.UNDONE, timezone.now()
    batch.counts = {**batch.counts, "removed": removed}
    batch.save()
    after_commit(facts_changed.send, ImportBatch, agency_id=client.agency_id, client_id=client.pk)
    return batch


def _that_stand(client: Client, customers: list[int]) -> list[int]:
    mine = Customer.objects.filter(agency_id=client.agency_id, client=client, pk__in=customers)
    return list(mine.values_list("pk", flat=True))


def _take_back(which: dict[str, int]) -> int:
    _restore(SourceSync, which)
    for changed in reversed(_FACTS):
        _restore(changed, which)
    execute(_DATE_LINES, which)
    removed = 0
    for model in _FACTS:
        if model is Lead:
            _forget_stages(which)
        removed += execute(
            f"""DELETE FROM {model._meta.db_table} t
                 WHERE t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.batch_id = %(batch)s""",
            which,
        )
    execute(
        """DELETE FROM campaigns_sourcesync t USING campaigns_replacedrow r
            WHERE r.agency_id = %(agency)s AND r.client_id = %(client)s AND r.batch_id = %(batch)s
              AND r.table_name = 'campaigns_sourcesync' AND r.before = '{}'
              AND t.agency_id = r.agency_id AND t.client_id = r.client_id AND t.id = r.row_id""",
        which,
    )
    ReplacedRow.objects.filter(client_id=which["client"], batch_id=which["batch"]).delete()
    return removed


def _restore(model: type[models.Model], which: dict[str, int]) -> None:
    """Rows as they were before the batch; those it removed are inserted again, with their ids."""
    table = model._meta.db_table
    columns = [
        field.column
        for field in model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField)
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    mine = (
        "r.agency_id = %(agency)s AND r.client_id = %(client)s AND r.batch_id = %(batch)s"
        f" AND r.table_name = '{table}' AND r.before <> '{{}}'"
    )
    if not rows_of(f"SELECT EXISTS (SELECT 1 FROM campaigns_replacedrow r WHERE {mine})", which)[0][
        0
    ]:
        return
    # The first image of a row is the oldest: a batch may have changed it twice.
    images = f"""SELECT image.* FROM (SELECT DISTINCT ON (r.row_id) r.before FROM campaigns_replacedrow r
                                       WHERE {mine} ORDER BY r.row_id, r.id) r
                  CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, r.before) image"""
    changes = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in columns if column != "id")
    execute(
        f"""INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE
            SELECT {names} FROM ({images}) image
            ON CONFLICT (id) DO UPDATE SET {changes}""",
        which,
    )


def _forget_stages(which: dict[str, int]) -> None:
    execute(
        """DELETE FROM campaigns_stagechange c USING campaigns_lead t
            WHERE t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.batch_id = %(batch)s
              AND c.agency_id = t.agency_id AND c.client_id = t.client_id AND c.lead_id = t.id""",
        which,
    )
