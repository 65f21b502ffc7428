"""How facts came in: batches, the mappings they were read with, what they refused and replaced."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import reference


class Family(models.TextChoices):
    WEB = "web", _("Web traffic")
    ADS = "ads", _("Advertising")
    LEADS = "leads", _("Leads")
    SALES = "sales", _("Sales")
    COSTS = "costs", _("Costs")
    BUDGET = "budget", _("Budgets")
    MAIL = "mail", _("Email")
    SOCIAL = "social", _("Social networks")
    ACTIVITY = "activity", _("Contacts with customers")
    MANUAL = "manual", _("Figures typed in")


class ImportKind(models.TextChoices):
    LEADS = "leads", _("Leads")
    SALES = "sales", _("Sales")
    COSTS = "costs", _("Costs")
    DAILY = "daily", _("Daily facts")
    LINES = "lines", _("Lines of sales")
    PRODUCTS = "products", _("Products and their cost")
    BUDGETS = "budgets", _("Budgets")
    CONTACTS = "contacts", _("Contacts with customers")
    TERMS = "terms", _("Contracts")
    VISITORS = "visitors", _("Visitors by day")
    RANGES = "ranges", _("Reach and users of a period")
    MONTHS = "months", _("Figures of the company by month")
    OWN = "own", _("Own measures")


class BatchState(models.TextChoices):
    """There is no 'running': a worker at work holds the row's advisory lock, a dead one does not."""

    PREVIEW = "preview", _("Being prepared")
    QUEUED = "queued", _("Waiting")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")


class ImportBatch(ClientModel):
    """One import: who, which file, read how, and what came of it."""

    kind = models.CharField(_("kind"), max_length=8, choices=ImportKind)
    source = models.CharField(_("source"), max_length=40)
    state = models.CharField(
        _("state"), max_length=8, choices=BatchState, default=BatchState.QUEUED
    )
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file_path = models.CharField(max_length=255, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    file_size = models.BigIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    without_bad_rows = models.BooleanField(default=False)
    complete_through = models.DateField(null=True)
    counts = models.JSONField(default=dict)  # rows, new, changed, same, refused, replaced
    notes = models.JSONField(default=list)  # what was chosen or noticed, shown with the batch
    error = models.JSONField(null=True)  # {"code", "message", "data"} of a refusal or a failure
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    written_by = models.BigIntegerField(null=True)  # a Membership's id

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "-id"], name="batch_newest_first"),
            models.Index(
                fields=["state"],
                name="batch_waiting",
                condition=models.Q(state__in=["queued", "undoing"]),
            ),
        ]


class ImportMapping(ClientModel):
    """A way to read files that a member saved under a name."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=8, choices=ImportKind)
    mapping = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "name"], name="import_mapping_once")
        ]


class RefusedRow(ClientModel):
    """A row that a batch left out, and why."""

    batch = reference("campaigns.ImportBatch")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=500, blank=True)
    code = models.CharField(max_length=40)
    reason = models.TextField()
    row = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "batch", "line"], name="refused_of_batch")
        ]


class BatchLines(ClientModel):
    """A piece of what a batch copied, packed: it is run again when an earlier batch is undone."""

    batch = reference("campaigns.ImportBatch")
    number = models.PositiveIntegerField()
    fields = models.JSONField()  # of the staging table, in the order of the lines' cells
    lines = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "batch", "number"], name="batch_lines_once"
            )
        ]


class ReplacedRow(ClientModel):
    """What a row was before a batch changed it, so that the batch can be undone."""

    batch = reference("campaigns.ImportBatch")
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    before = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "batch"], name="replaced_by_batch")
        ]


class SourceSync(ClientModel):
    """How far a source of a client has delivered, per family of facts.

    live: entered by hand or by the API, complete through the last complete local day. synced: only
    from complete_from through complete_through. Days outside are unknown, not zero. retired: a member
    said that nothing more comes from it, so later days have nothing of it.
    """

    family = models.CharField(max_length=8, choices=Family)
    source = models.CharField(max_length=40)
    is_live = models.BooleanField(default=False)
    complete_from = models.DateField(null=True)
    complete_through = models.DateField(null=True)
    settle_days = models.PositiveSmallIntegerField(null=True)  # null: as the measure declares
    last_success_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "family", "source"], name="source_sync_once"
            )
        ]
