"""What members are told of imports and sources. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inbox.kinds import Data, Kind, day_text, declare


def _import_failed(data: Data) -> str:
    return _("“%(file)s” was not imported") % data


def _import_failed_text(data: Data) -> str:
    return _("Nothing of it was kept. %(message)s") % data


def _import_partly(data: Data) -> str:
    count = int(data["refused"])
    words = ngettext(
        "“%(file)s”: %(refused)s row was left out",
        "“%(file)s”: %(refused)s rows were left out",
        count,
    )
    return words % data


def _import_partly_text(data: Data) -> str:
    kept = ngettext("%(kept)s row is in.", "%(kept)s rows are in.", int(data["kept"])) % data
    listed = _("Each row that was left out is listed with its reason.")
    return f"{kept} {listed}"


def _source_stale(data: Data) -> str:
    return _("%(source)s has delivered nothing since %(since)s") % {
        "source": data["source"],
        "since": day_text(data["since"]),
    }


def _source_stale_text(data: Data) -> str:
    meaning = _(
        "The days after its last delivery are unknown, not zero: what is computed from them says"
        " that it is partial."
    )
    if not data["rhythm"]:
        return meaning
    usual = ngettext(
        "It usually delivers every day.",
        "It usually delivers every %(days)s days.",
        int(data["rhythm"]),
    ) % {"days": data["rhythm"]}
    return f"{usual} {meaning}"


declare(
    Kind(
        "import_failed", gettext_lazy("An import failed or was refused"), "import_data", "bad",
        _import_failed, _import_failed_text, "import_detail", ("batch",),
    ),
    Kind(
        "import_partly", gettext_lazy("An import left rows out"), "import_data", "warn",
        _import_partly, _import_partly_text, "import_detail", ("batch",), is_mailed=False,
    ),
    Kind(
        "source_stale", gettext_lazy("A source has gone quiet"), "see_data", "warn",
        _source_stale, _source_stale_text, "data",
    ),
)  # fmt: skip
