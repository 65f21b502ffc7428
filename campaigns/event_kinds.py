"""What programs are told of imports, through webhooks. Pure."""

from django.utils.translation import gettext_lazy as _

from webhooks.kinds import EventKind, declare

_IMPORT = {
    "import": 812,
    "file": "leads-2026-03.csv",
    "kind": "leads",
    "source": "crm",
}
IMPORT_FINISHED, IMPORT_FAILED = "import.finished", "import.failed"

declare(
    EventKind(
        IMPORT_FINISHED,
        _("An import is in: its rows, and how many were left out."),
        {**_IMPORT, "rows": 1204, "refused": 3},
    ),
    EventKind(
        IMPORT_FAILED,
        _("An import was refused or failed; nothing of it was kept."),
        {**_IMPORT, "code": "missing_column", "message": "The column “date” is missing."},
    ),
)
