"""Every page that changes something leaves a line in the audit, with who did it.

Each page is sent as a browser would send it: what stands in its form, and beside that what FIELDS says.
A route that takes a POST and is in neither list fails. The API's writes: tests/api/test_roles.py.
"""

from datetime import UTC, datetime
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Browser

from accounts.models import AuditEntry, Membership
from accounts.tenancy import tenant_scope
from campaigns.models import ImportBatch, SourceSync
from campaigns.services import batch_run
from tests.accounts.route_addresses import address_of, routes
from tests.accounts.route_stage import set_stage
from tests.accounts.route_table import OPEN
from tests.cast import Cast
from tests.operating.forms import standing_in

#: Pages that leave no line, and why.
EXEMPT = {
    "profile": "a person's own name and language, of no agency",
    "guide_close": "a person's own, of no agency",
    "agency_new": "written in the audit of the agency that it makes",
    "notices_mark_all": "what one has read is one's own",
    "notice_open": "what one has read is one's own",
    "notice_mark": "what one has read is one's own",
    "notice_choices": "what one wants to hear of is one's own",
    "restatements_seen": "what one has read is one's own",
    "rates": "rates are only added, never changed, and each says who wrote it",
    "rates_file": "rates are only added, never changed, and each says who wrote it",
    "customers_compute": "changes nothing that anybody entered; the fit says who asked for it",
    "incident_acknowledge": "an incident keeps its own history, with who did what",
    "incident_snooze": "an incident keeps its own history, with who did what",
    "incident_resolve": "an incident keeps its own history, with who did what",
    "incident_undo": "an incident keeps its own history, with who did what",
    "own_kpi_check": "tries a formula and keeps nothing",
    "client_kpi_check": "tries a formula and keeps nothing",
}
#: Not walked here: what these change has the audit's trigger, or a history of its own, and tests beside it.
ELSEWHERE = (
    "goal_edit",
    "goal_milestones",
    "goal_back",
    "goal_ladder",
    "goal_again",
    "goal_review",
    "goals_file",
    "plan_",
    "review",
    "comment",
    "rule_",
    "webhook_",
)
MONEY = {"amount": "7", "starts_on": "2026-01-02", "ends_on": "2026-01-02"}
LINES = {"kind": ["kpi", "kpi"], "text": ["leads", "cpl"], "do": "save"}
REMOVE = {"ids": "{number}", "do": "remove"}
NAMED, FORMS = {"name": "Otra"}, ("_new", "_detail", "_edit")
FORMULA = {"name": "Per click", "formula": "leads / clicks"}
#: What is typed or pressed beside what stands in the form; "{number}" is the row's.
FIELDS: dict[str, dict[str, Any]] = {
    "erase_login": {"email": "ana@example.com"},
    "invitation": {"name": "Nora", "password": "un-rumbo-de-nora-2026"},
    "agency_settings": {"name": "Aurora Sur"},
    "client_new": {"name": "Nuevo"},
    "client_settings": {"name": "Bodegas"},
    "member_new": {"emails": "otto@example.com"},
    "member": {"role": "analyst"},
    "token_new": {"name": "Sheets", "scopes": ["read"]},
    "term_new": {"customer": "{customer}", "starts_on": "2026-01-02"},
    "term_detail": {"ends_on": "2026-03-01"},
    "interaction_detail": {"kind": "visit"},
    "sale_new": {"amount": "7"}, "sale_detail": {"amount": "7"},
    "refund_new": {"amount": "7"}, "refund_detail": {"amount": "7"},
    "cost_new": MONEY, "cost_detail": MONEY, "budget_new": MONEY, "budget_detail": MONEY,
    "lead_move lost": {"stage": "lost", "on": "2026-03-31", "reason": "Price"},
    "lead_move": {"stage": "mql", "on": "2026-03-31"},
    "lead_status": {"status": "spam"}, "lead_note": {"note": "Called"},
    "own_values": {"2026-03-01": "5"}, "daily_figures": {"2026-03-01:sessions": "5"},
    "own_values_undo": {"before": '[["2026-03-01", "5", "", ""]]'},
    "source_end": {"source": "manual"},
    "settling": {"ads:google_ads": "7"},
    "kpi_template_new": {"name": "Oil", **LINES}, "kpi_template": LINES, "kpi_choice": LINES,
    "kpi_template_apply": {"client": "{client}"},
    "agency_delete": {"name": "Aurora", "is_export_declined": "on"},
    "client_delete": {"name": "Bodega", "is_export_declined": "on"},
    "own_kpi_new": FORMULA, "client_kpi_new": FORMULA,
    "own_kpi_edit": FORMULA, "client_kpi_edit": FORMULA,
    "unusual_dismiss": {"reason": "A fair"},
    "parameters": {"since": "2026-02-01", "cost_basis": "media"},
    "goal_new": {"target": "9", "do": "save"},
    "goal_template_new": {"name": "More", "target": "9"},
    "goal_template_apply": {"client": "{client}", "do": "set"},
    "note_new": {"text": "Fair"}, "note_edit": {"text": "Two fairs"},
    "import_start": {"do": "start"},
    "experiment_new": {"name": "Form","name_0": "A", "name_1": "B", "base": "5", "target": "6.5",
                       "starts_on": "2026-03-01", "ends_on": "2026-03-28", "counted_by": "totals",
                       "daily": "5000", "do": "save"},
    "experiment_totals": {"text": "day;variant;visitors;conversions\n2026-03-02;A;10;1\n2026-03-02;B;9;2",
                          "do": "save"},
    "experiment_decide": {"choice": "adopt-1", "reason": "Shorter"},
    "experiment_day_remove": {"day": "2026-03-02"},
}  # fmt: skip
#: What has to be done first, so that there is something to do.
FIRST = {
    "kpi_choice_undo": ["kpi_template_apply"], "kpi_choice_forget": ["kpi_choice"],
    "kpi_apply_undo": ["kpi_template_apply"], "import_start": ["import_new"],
    "agency_take_back": ["agency_delete"], "experiment_reopen": ["experiment_decide"],
    "experiment_day_remove": ["experiment_totals"], "import_sample_undo": ["import_sample", "(worker)"],
    "import_undo": ["import_new", "import_start", "(worker)"],
    "lead_reopen": ["lead_move lost"], "note_restore": ["note_remove"],
    "unusual_restore": ["unusual_dismiss"],
}  # fmt: skip
#: Whom the audit names where it is not Alicia: who accepts an invitation is no member yet.
NOBODY = ("invitation",)
BY_ANA = ("leave", "erase_login")
#: The state in which an import has to be, or there is nothing to do with it.
STATES = {"import_discard": "preview"}


def sent(route: str, numbers: dict[str, int], browser: Browser, after: Any = None) -> Any:
    """The answer to the route's form with what is typed into it; `after`: what was answered before."""
    address = address_of(route.partition(" ")[0], numbers)
    if route in ("import_start", "import_undo"):  # of the file that was just sent
        address = f"{after.url}{route.removeprefix('import_')}/"
    if route == "kpi_apply_undo":
        address = address.replace("none", after.url.partition("done=")[2])
    page = after.url if route == "import_start" else address
    shown = browser.get(page)
    fields: dict[str, Any] = {}
    if shown.status_code == 200:
        fields.update(standing_in(shown.content.decode(), address))
    usual = REMOVE if route.endswith("_bulk") else NAMED if route.endswith(FORMS) else {}
    typed = FIELDS.get(route, usual)
    kind = route.partition("_")[0]
    number = numbers.get("salesperson" if kind == "salespeople" else kind.rstrip("s"), "")
    for name, value in typed.items():
        is_number = isinstance(value, str) and value.startswith("{")
        fields[name] = value.format(number=number, **numbers) if is_number else value
    if route in ("import_new", "arrivals"):
        fields["file"] = SimpleUploadedFile("file.csv", b"id,created\n1,2026-03-02\n")
    return browser.post(address, fields)


def work_off(cast: Cast) -> None:
    """What a worker does with the files that wait."""
    with tenant_scope(cast.aurora.pk):
        waiting = list(
            ImportBatch.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True)
        )
    for number in waiting:
        batch_run(cast.aurora.pk, cast.bodega.pk, number)


def lines() -> set[tuple[int, int | None]]:
    return set(AuditEntry.objects.values_list("pk", "actor_id"))


def acts(numbers: dict[str, int], browser: Browser) -> list[str]:
    """The pages that take a POST, each asked for what it takes."""
    names = {name for name, _parts in routes() if not name.startswith("api:")}
    takes = {name: browser.options(address_of(name, numbers)) for name in names - OPEN}
    return sorted(name for name, answer in takes.items() if "POST" in answer.get("Allow", "POST"))


def trace(route: str, cast: Cast, numbers: dict[str, int]) -> set[int | None]:
    """Whom the audit names after the act, which is then taken back."""
    person = None if route == "invitation" else cast.ana if route in BY_ANA else cast.alicia
    browser, answer = Browser(headers={"accept-language": "en"}), None
    with transaction.atomic():
        if person:
            browser.force_login(person)
        if route in STATES:
            with tenant_scope(cast.aurora.pk):
                ImportBatch.objects.filter(pk=numbers["import"]).update(state=STATES[route])
        usual = [route.replace("restore", "archive")] if route.endswith("_restore") else []
        for before in FIRST.get(route, usual):
            if before == "(worker)":
                work_off(cast)
            else:
                answer = sent(before, numbers, browser, answer)
        with tenant_scope(cast.aurora.pk):
            known = lines()
        answer = sent(route, numbers, browser, answer)
        with tenant_scope(cast.aurora.pk):
            found = lines() - known
        transaction.set_rollback(True)
    return {actor for _number, actor in found}


def test_every_page_that_changes_something_is_in_the_audit(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 31, 12, tzinfo=UTC), tick=False):
        _cast, _adela, numbers = set_stage(cast)
        numbers["client"] = cast.bodega.pk
        own = {"agency": cast.aurora, "client": cast.bodega}
        with tenant_scope(cast.aurora.pk):
            SourceSync.objects.create(**own, source="manual", family="web")
        browser = Browser()
        browser.force_login(cast.alicia)
        known = acts(numbers, browser)
        traces = {
            route: trace(route, cast, numbers)
            for route in known
            if route not in EXEMPT and not route.startswith(ELSEWHERE)
        }
    with tenant_scope(cast.aurora.pk):
        people = {each.user.name: each.pk for each in Membership.objects.select_related("user")}
    missing = {
        route: named for route, named in traces.items()
        if named != {None if route in NOBODY else people["Ana" if route in BY_ANA else "Alicia"]}
    }  # fmt: skip
    assert missing == {}
    assert set(EXEMPT) - set(known) == set(), "there is no such page any more"
