"""The glossary on the page and on paper: every KPI, a client's own numbers, and hostile words."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client as Browser
from django.utils.translation import override

from accounts.models import Agency
from accounts.services.agencies import agency_logo_set
from accounts.tenancy import tenant_scope
from kpis.catalogue import KPIS
from kpis.pages.glossary import agency_terms
from kpis.pages.glossary_print import printed_glossary
from kpis.pages.reader import Reader
from kpis.printing.compiling import compile_pdf
from tests.cast import Cast
from tests.kpis.test_pages import BODEGA, MARCH, read, told

__all__ = ["told"]

GLOSSARY = "/a/aurora/glossary/"
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pictures"


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


def words_of(pdf: bytes, tmp_path: Path) -> str:
    """The text of a PDF as a reader would copy it."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf)
    read_out = subprocess.run([tool, "-raw", str(file), "-"], capture_output=True, check=True)
    return " ".join(read_out.stdout.decode().replace("\u00a0", " ").split())


def test_every_kpi_is_a_term(client: Browser, cast: Cast) -> None:
    client.force_login(cast.vera)
    html = client.get(GLOSSARY).content.decode()
    assert set(re.findall(r'<article class="term" id="(\w+)"', html)) == set(KPIS)
    assert "Source of the definition" in read(client, cast.vera, GLOSSARY)


def test_a_clients_numbers_stand_in_the_formulas(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}glossary/?{MARCH}")
    # 1,000.00 / 50 leads; 600.00 / 12 sales
    assert "Bodega 1.000,00 € ÷ 50 = 20,00 €" in words
    assert "Bodega 600,00 € ÷ 12 = 50,00 €" in words
    assert "Bodega New leads = 50" in words
    # what nobody delivers has no number, and no zero
    bounce = words[words.index("Bounce rate") :][:700]
    assert "No number in this period." in bounce
    words = read(client, told.vera, f"{BODEGA}glossary/?{MARCH}")
    assert "500,00 €" not in words and "[the agency&#x27;s own part]" in words


def test_the_printed_glossary(client: Browser, told: Cast, tmp_path: Path) -> None:
    client.force_login(told.alicia)
    page = client.get("/a/aurora/glossary.pdf", headers={"Accept-Language": "en"})
    assert page.status_code == 200 and page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Content-Disposition"] == 'attachment; filename="kpi-glossary-aurora.pdf"'
    assert "no-store" in page.headers["Cache-Control"]
    pdf = page.content
    assert pdf.startswith(b"%PDF-1.7") and b"/MarkInfo" in pdf
    assert b"pdfuaid:part" in pdf  # it says itself that it is accessible as PDF/UA asks
    words = words_of(pdf, tmp_path)
    assert "Contents" in words and "Aurora" in words and "15 Apr 2026" in words
    for kpi in KPIS.values():
        with override("en"):
            name = str(kpi.name)
        # once in the contents and once over the entry; a long name may be broken over two lines
        assert words.count(name) >= 2, name
    assert "Ad spend ÷ New leads" in words


def test_the_printed_glossary_speaks_the_readers_language(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    page = client.get("/a/aurora/glossary.pdf", headers={"Accept-Language": "es"})
    assert b"(es)" in page.content  # /Lang


def test_a_clients_printed_glossary(client: Browser, told: Cast, tmp_path: Path) -> None:
    client.force_login(told.vera)
    page = client.get(f"{BODEGA}glossary.pdf?{MARCH}", headers={"Accept-Language": "en"})
    words = words_of(page.content, tmp_path)
    assert "With the numbers of Bodega, 1–31 Mar 2026." in words
    assert "1.000,00 € ÷ 50 = 20,00 €" in words and "500,00 €" not in words


HOSTILE = (
    '#eval("6*7") #read("/etc/passwd") *bold* $x^2$ <b>b</b> @ref `raw` // gone /* gone */ \\u{41}'
)


def test_hostile_words_come_out_as_text(cast: Cast, tmp_path: Path) -> None:
    groups = agency_terms({"leads": KPIS["leads"]}, Reader("en"))
    data = printed_glossary(
        Agency(name=f"A {HOSTILE}", slug="a", accent="#ffff00"),
        groups,
        Reader("en"),
        date(2026, 4, 15),
    )
    (term,) = data["groups"][0]["terms"]
    term |= {"name": HOSTILE, "meaning": f"= {HOSTILE}\x00", "formula": HOSTILE}
    words = words_of(compile_pdf("glossary.typ", data), tmp_path)
    # contents, heading, meaning, formula
    assert words.count('#eval("6*7") #read("/etc/passwd") *bold* $x^2$') >= 4
    assert "root:" not in words and "// gone /* gone */" in words


def test_signs_without_a_face_do_not_stop_the_printer(cast: Cast) -> None:
    groups = agency_terms({"leads": KPIS["leads"]}, Reader("en"))
    agency = Agency(name="漢字 🙂", slug="a", accent="#0f766e")
    data = printed_glossary(agency, groups, Reader("en"), date(2026, 4, 15))
    assert compile_pdf("glossary.typ", data).startswith(b"%PDF")


def test_the_logo_is_printed(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    without = client.get("/a/aurora/glossary.pdf").content
    picture = next(iter(sorted(PICTURE.glob("*.png"))))
    with tenant_scope(told.aurora.pk):
        agency_logo_set(Agency.objects.get(pk=told.aurora.pk), picture.read_bytes())
    with_logo = client.get("/a/aurora/glossary.pdf").content
    assert b"/Subtype/Image" in with_logo and b"/Subtype/Image" not in without
