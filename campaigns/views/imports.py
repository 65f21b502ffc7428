"""Imports: a file is sent, looked at, mapped, started, followed, and taken back."""

import csv
from io import StringIO
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.models import Client
from accounts.queries import member_names
from accounts.requests import AgencyRequest
from campaigns.csv_cells import safe_text
from campaigns.forms.imports import UploadForm, mapping_of_way, reading_groups
from campaigns.forms.mapping import MappingForm
from campaigns.import_notes import COUNTS, is_brought_in, note_text
from campaigns.imports.preview import Preview
from campaigns.imports.samples import SAMPLES
from campaigns.models import ImportBatch
from campaigns.models.batches import BatchState, Family, ImportKind
from campaigns.progress import progress_of
from campaigns.queries import batch_in, mappings_of, refused_of
from campaigns.services import (
    batch_create,
    batch_forget,
    batch_map,
    batch_recognise,
    batch_start,
    batch_undo_ask,
    batch_undo_shown,
    file_facts,
    mapping_save,
    preview_of,
)

SHOWN_REFUSED = 100
#: States in which a batch can still be mapped and started.
OPEN = (BatchState.PREVIEW, BatchState.REFUSED, BatchState.FAILED)
WAITING = (BatchState.QUEUED, BatchState.UNDOING)


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "import_data")
    form = UploadForm(request.POST or None, request.FILES or None, saved=mappings_of(brand))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = batch_create(
                brand, file.chunks(), file.name, form.mapping, request.access.actor_id
            )
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            if form.is_automatic and batch_recognise(brand, batch):
                wanted = {"period": form.mapping["period"]}
                batch_map(brand, batch, {**batch.mapping, **wanted})
            return redirect("import_detail", agency, client, batch.pk)
    context = {"client": brand, "form": form, "samples": _sample_names()}
    return render(request, "campaigns/import_new.html", context)


def _sample_names() -> list[tuple[str, str]]:
    """Each sample with its kind in words; of daily facts, what they are about."""
    words = {
        **dict(ImportKind.choices),
        **{one.value: one.label for one in (Family.ADS, Family.WEB)},
    }
    return [(name, str(words[name])) for name in SAMPLES]


@require_safe
def import_detail(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "see_data")
    batch = _batch_or_404(brand, number)
    return _page(request, brand, batch, _preview(brand, batch))


@require_POST
def import_start(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """Read it another way, look again, save the mapping, or start: the form says which by its button.

    What is looked at is kept with the batch, so that going back or coming back loses nothing.
    """
    brand = access_client(request.access, client, "import_data")
    batch = _batch_or_404(brand, number)
    preview = _preview(brand, batch)
    if preview is None:
        return redirect("import_detail", agency, client, number)
    if request.POST.get("do") == "read":
        way = mapping_of_way(request.POST.get("reading", ""), mappings_of(brand))
        if way is not None:
            batch_map(brand, batch, {**way, **file_facts(batch.mapping)})
        return _page(request, brand, batch, _preview(brand, batch))
    form = _mapping_form(batch, preview, request.POST)
    if not form.is_valid():
        return _page(request, brand, batch, preview, form, status=422)
    try:
        mapping = form.mapping
        if request.POST.get("do") == "save":
            mapping_save(brand, form.cleaned_data["name"], mapping)
            messages.success(request, _("The mapping is saved."))
        if request.POST.get("do") == "start":
            batch_start(brand, batch, mapping, form.cleaned_data["without_bad_rows"])
            return redirect("import_detail", agency, client, number)
        batch_map(brand, batch, mapping)
        looked = preview_of(brand, batch, mapping)
        fresh = _mapping_form(batch, looked)
        fresh.initial.update(
            {name: form.cleaned_data[name] for name in ("name", "without_bad_rows")}
        )
        return _page(request, brand, batch, looked, fresh)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, brand, batch, preview, form, status=422)


@require_safe
def import_progress(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """The bar alone, asked for every second; once it is over, the whole page is due."""
    brand = access_client(request.access, client, "see_data")
    batch = _batch_or_404(brand, number)
    if batch.state not in WAITING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"client": brand, "batch": batch, "progress": progress_of(batch.pk)}
    return render(request, "campaigns/parts/import_progress.html", context)


@require_POST
def import_discard(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "import_data")
    try:
        batch_forget(brand, _batch_or_404(brand, number).pk)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("import_detail", agency, client, number)
    messages.success(request, _("The file is discarded."))
    return redirect("data", agency, client)


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """What undoing would change, row by row counted; then the undoing itself."""
    brand = access_client(request.access, client, "import_data")
    batch = _batch_or_404(brand, number)
    try:
        if request.method == "POST":
            if batch_undo_ask(brand, batch).state == BatchState.UNDONE:
                messages.success(request, _("The import is undone, as if it had never been."))
            return redirect("import_detail", agency, client, number)
        context = {"client": brand, "batch": batch, "plan": batch_undo_shown(brand, batch)}
        return render(request, "campaigns/import_undo.html", context)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("import_detail", agency, client, number)


@require_safe
def import_refused(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """The rows left out as a CSV, with reason, line, column and value; no cell is a formula."""
    brand = access_client(request.access, client, "see_data")
    batch = _batch_or_404(brand, number)
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_("line"), _("column"), _("value"), _("reason"), _("row")])
    for row in refused_of(batch):
        cells = [row.column, row.value, row.reason, *map(str, row.row or [])]
        writer.writerow([row.line, *map(safe_text, cells)])
    name = f"refused-{batch.pk}.csv"
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _preview(client: Client, batch: ImportBatch) -> Preview | None:
    """What the file would do, while it is there and nothing has been done with it."""
    if batch.state not in OPEN:
        return None
    try:
        return preview_of(client, batch)
    except DomainError:  # the file has been cleared away
        return None


def _mapping_form(batch: ImportBatch, preview: Preview, data: Any = None) -> MappingForm:
    known = preview.mapping or preview.draft
    base = known.as_json() if known else batch.mapping
    initial = {"source": base.get("source") or "file", "period": base.get("period") or "refuse"}
    return MappingForm(data, base=base, preview=preview, initial=initial)


def _page(
    request: AgencyRequest,
    client: Client,
    batch: ImportBatch,
    preview: Preview | None,
    form: MappingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_import = request.access.can("import_data")
    if form is None and preview is not None and may_import:
        form = _mapping_form(batch, preview)
    refused = refused_of(batch)
    context = {
        "client": client,
        "batch": batch,
        "preview": preview,
        "form": form if may_import else None,
        "counts": [
            (label, batch.counts[name]) for name, label in COUNTS.items() if name in batch.counts
        ],
        "notes": [note_text(note) for note in batch.notes],
        "refused": refused[:SHOWN_REFUSED],
        "refused_count": refused.count(),
        "progress": progress_of(batch.pk) if batch.state in WAITING else None,
        "may_import": may_import,
        "may_undo": may_import
        and batch.state == BatchState.DONE
        and not is_brought_in(batch.notes),
        "written_by": member_names(request.access.agency, [batch.written_by]).get(
            batch.written_by or 0, ""
        ),
    }
    if form is not None and may_import:
        context["ways"] = reading_groups(mappings_of(client))
        context["way"] = f"preset:{batch.mapping.get('preset', '')}"
    if request.headers.get(
        "HX-Request"
    ):  # a live look: the wizard alone, and what is wrong is in it
        return render(request, "campaigns/parts/import_wizard.html", context)
    return render(request, "campaigns/import_detail.html", context, status=status)


def _batch_or_404(client: Client, number: int) -> ImportBatch:
    if (batch := batch_in(client, number)) is None:
        raise Http404
    return batch
