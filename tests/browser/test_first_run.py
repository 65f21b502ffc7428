"""A new agency as it begins: signed up, confirmed, named, a client, a file, a dashboard, and its reader.

In a real browser in Spanish, on a desk and on a phone. E-mails are read from Django's outbox; what the
workers do is done by their services, in this process.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from accounts.models import Agency, Client, User
from accounts.tenancy import as_person, tenant_transaction
from campaigns.models import ImportBatch
from campaigns.services import batch_run
from kpis.snapshots import snapshot_refresh
from tests.accounts.mails import deliver, deliver_letters
from tests.browser.conftest import axe_violations

PASSWORD = "el-rumbo-de-nora-2026"
NORA, OTTO = "nora@faronorte.example", "otto@bodegaluz.example"
Come = Callable[[], "Newcomer"]


@dataclass
class Newcomer:
    """A browser nobody is logged in with, and what it complained about."""

    context: BrowserContext
    address: str
    complaints: list[str]
    walked: list[str]

    def page(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.address + path)
        return page

    def look(self, page: Page) -> None:
        """Every page on the way fits and is accessible."""
        page.wait_for_load_state("networkidle")
        too_wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{page.url} is {too_wide} px too wide"
        assert "\n".join(axe_violations(page)) == "", page.url
        self.walked.append(page.url.removeprefix(self.address).partition("?")[0])

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture(params=[(1440, "light"), (390, "dark")], ids=["desk", "phone"])
def come(chromium: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Come]:
    width, theme = request.param
    arrived: list[Newcomer] = []

    def arrive() -> Newcomer:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale="es-MX",
            timezone_id="America/Mexico_City",
        )  # fmt: skip
        arrived.append(Newcomer(context, server, [], []))
        return arrived[-1]

    yield arrive
    for each in arrived:
        each.context.close()
    assert [each.complaints for each in arrived] == [[]] * len(arrived)


def send(page: Page) -> None:
    """Press the page's one button that goes on."""
    page.locator("main form button.btn-primary").first.click()


def is_sent(answer: Response) -> bool:
    """What a form sent has been answered, so it is kept."""
    return answer.request.method == "POST"


def a_file(directory: Path) -> Path:
    """An export of 24 leads, two on each of twelve days that are over everywhere."""
    today = timezone.now().date()
    rows = [
        f"{number},{today - timedelta(days=3 + number // 2)},paid_search" for number in range(24)
    ]
    path = directory / "leads.csv"
    path.write_text("id,created,channel\n" + "\n".join(rows) + "\n")
    return path


def the_agency() -> Agency:
    with transaction.atomic(), as_person(User.objects.get(email=NORA).pk):
        return Agency.objects.get()


def work_off(agency: Agency) -> None:
    """What the worker and the scheduler do: imports that wait, then the snapshot."""
    with tenant_transaction(agency.pk):
        queued = list(ImportBatch.objects.filter(state="queued").values_list("client_id", "pk"))
    for client_id, number in queued:
        batch_run(agency.pk, client_id, number)
    with tenant_transaction(agency.pk):
        snapshot_refresh(Client.objects.get())


def sign_up(her: Newcomer) -> Page:
    page = her.page("/")
    page.wait_for_url("**/accounts/login/**")
    her.look(page)
    page.locator(".door-below a").first.click()
    page.wait_for_url("**/accounts/signup/**")
    her.look(page)
    # By keyboard alone: the first field has the focus already.
    page.keyboard.type("Nora")
    page.keyboard.press("Tab")
    page.keyboard.type(NORA)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/confirm-email/**")
    her.look(page)
    assert deliver_letters() == 1
    code = re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    page.locator("#id_code").fill(code[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/agencies/new/**")
    return page


def name_agency_and_client(her: Newcomer, page: Page) -> None:
    her.look(page)
    page.keyboard.type("Faro Norte")
    send(page)
    page.wait_for_url("**/a/faro-norte/clients/new/**")
    her.look(page)
    page.go_back()
    page.wait_for_url("**/agencies/new/**")
    page.locator("#id_name").fill("Faro Norte y Sur")
    send(page)
    page.wait_for_url("**/a/faro-norte/clients/new/**")
    # Mexico: what the browser's time zone says.
    expect(page.locator("#id_time_zone")).to_have_value("America/Mexico_City")
    expect(page.locator("#id_currency")).to_have_value("MXN")
    expect(page.locator("#id_week_start")).to_have_value("7")
    page.locator("#id_name").fill("Bodega Luz")
    send(page)
    page.wait_for_url("**/c/bodega-luz/start/**")
    her.look(page)


def bring_in(her: Newcomer, page: Page, file: Path) -> None:
    page.locator('a[href$="/data/settling/"]').click()
    page.wait_for_url("**/settling/")
    her.look(page)
    page.locator('[name="ads:google_ads"]').fill("7")
    with page.expect_response(is_sent):
        send(page)
    page.wait_for_load_state("networkidle")
    page.goto(f"{her.address}/a/faro-norte/c/bodega-luz/start/")
    page.locator('.way a[href$="/data/new/"]').click()
    page.wait_for_url("**/data/new/")
    her.look(page)
    page.locator("input[type=file]").set_input_files(file)
    page.locator('[name="reading"]').select_option("preset:generic_leads")
    send(page)
    page.wait_for_url(re.compile(r"/data/\d+/"))
    her.look(page)
    with page.expect_response(is_sent):
        page.locator('main button[value="start"]').click()


def invite(her: Newcomer, page: Page) -> str:
    page.goto(f"{her.address}/a/faro-norte/c/bodega-luz/")
    page.locator('.checklist a[href*="role=viewer"]').click()
    page.wait_for_url("**/members/new/**")
    her.look(page)
    expect(page.locator("#id_role")).to_have_value("viewer")
    page.locator("#id_emails").fill(OTTO)
    send(page)
    page.wait_for_url("**/members/")
    assert deliver(the_agency()) == 1
    page.reload()
    her.look(page)
    expect(page.locator(".chip-good")).to_have_count(1)
    link = re.search(r"http://[^/]+(/invitations/\S+)", str(mail.outbox[-1].body))
    assert link and mail.outbox[-1].to == [OTTO]
    return link[1]


def test_from_sign_up_to_a_clients_user_reading_the_dashboard(come: Come, tmp_path: Path) -> None:
    her = come()
    page = sign_up(her)
    name_agency_and_client(her, page)
    bring_in(her, page, a_file(tmp_path))
    agency = the_agency()
    assert (agency.name, agency.currency) == ("Faro Norte y Sur", "MXN")
    work_off(agency)
    page.goto(f"{her.address}/a/faro-norte/c/bodega-luz/")
    her.look(page)
    expect(page.locator(".card-kpi").first).to_be_visible()
    expect(page.locator(".checklist .is-done")).to_have_count(1)
    path = invite(her, page)

    his = come()
    reader = his.page(path)
    his.look(reader)
    reader.locator("#id_name").fill("Otto Luz")
    reader.locator("#id_password").fill(PASSWORD)
    send(reader)
    reader.wait_for_url("**/c/bodega-luz/**")
    his.look(reader)
    expect(reader.locator(".guide")).to_contain_text("Nora · " + NORA)
    assert reader.locator('main a[href*="/goals/new"]').count() == 0, (
        "nothing that a reader may not do"
    )
    # 24 leads, all within the last thirty days.
    expect(reader.locator(".card-kpi", has_text="24").first).to_be_visible()
    assert reader.locator('#side a[href*="members"], #side a[href*="/data/"]').count() == 0
    with reader.expect_response(is_sent):
        reader.locator(".guide form button").click()
    expect(reader.locator(".guide dl")).to_be_hidden()
