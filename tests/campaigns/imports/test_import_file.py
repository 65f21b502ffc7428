"""The command: counts and errors printed, non-zero on refusal, nothing left by a dry run."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.tenancy import tenant_scope
from campaigns.models import ImportBatch, Lead, RefusedRow
from tests.cast import Cast

GOOD = "id,created,source,medium\n1,2026-03-01,google,cpc\n2,2026-03-02,,\n"


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def run(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command("import_file", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


HERE = ("--agency", "aurora", "--client", "bodega", "--kind", "leads")


def test_it_imports_and_prints_counts(cast: Cast, leads: Path) -> None:
    said = run(*HERE, "--preset", "generic_leads", leads)
    assert "leads.csv: imported" in said
    assert [line.split() for line in said.splitlines()[1:4]] == [
        ["rows", "2"], ["new", "2"], ["changed", "0"],
    ]  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.count() == 2
        assert ImportBatch.objects.get().state == "done"


def test_its_json_is_one_object(cast: Cast, leads: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        json.dumps({"source": "crm", "columns": {"external_id": "id", "created": "created"}})
    )
    said = json.loads(run(*HERE, "--mapping", mapping, "--json", leads))
    assert said["state"] == "done"
    assert said["counts"] == {"rows": 2, "new": 2, "changed": 0, "same": 0, "refused": 0}
    assert said["mapping"]["columns"] == {"external_id": "id", "created": "created"}
    assert said["mapping"]["source"] == "crm"


def test_a_dry_run_counts_and_leaves_nothing(cast: Cast, leads: Path) -> None:
    said = json.loads(run(*HERE, "--dry-run", "--json", leads))
    assert (said["state"], said["counts"]["new"]) == ("dry_run", 2)
    with tenant_scope(cast.aurora.pk):
        assert (Lead.objects.count(), ImportBatch.objects.count()) == (0, 0)


@pytest.mark.parametrize("is_dry", [False, True])
def test_a_refusal_is_an_error(cast: Cast, leads: Path, is_dry: bool) -> None:
    leads.write_text(GOOD + "3,2026-02-31,,\n", encoding="utf-8")
    dry = ["--dry-run"] if is_dry else []
    out = StringIO()
    with pytest.raises(CommandError, match="line 4, column “created”, value “2026-02-31”"):
        call_command("import_file", *HERE, *dry, "--json", str(leads), stdout=out)
    error = json.loads(out.getvalue())["error"]
    assert error["code"] == "rows_refused"
    assert error["data"] == {
        "file": "leads.csv", "line": 4, "column": "created", "value": "2026-02-31", "rows": 1,
    }  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.count() == 0
        assert (ImportBatch.objects.count(), RefusedRow.objects.count()) == (
            (0, 0) if is_dry else (1, 1)
        )


def test_without_bad_rows(cast: Cast, leads: Path) -> None:
    leads.write_text(GOOD + "3,2026-02-31,,\n", encoding="utf-8")
    said = json.loads(run(*HERE, "--without-bad-rows", "--json", leads))
    assert (said["counts"]["new"], said["counts"]["refused"]) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--agency", "nobody", "--client", "bodega", "--kind", "leads"), "no agency nobody"),
        (("--agency", "aurora", "--client", "dulce", "--kind", "leads"), "no client dulce"),
        (("--agency", "boreal", "--client", "bodega", "--kind", "leads"), "no client bodega"),
    ],
)
def test_it_finds_nobody_elses_client(
    cast: Cast, leads: Path, arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments, leads)


def test_it_refuses_what_is_no_file_or_mapping(cast: Cast, leads: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run(*HERE, tmp_path / "nothing.csv")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(CommandError, match="cannot be read as JSON"):
        run(*HERE, "--mapping", broken, leads)
    broken.write_text('{"kind": "costs"}')
    with pytest.raises(CommandError, match="for costs, not for leads"):
        run(*HERE, "--mapping", broken, leads)
    broken.write_text('{"columns": {"external_id": 5}}')
    with pytest.raises(CommandError, match="Write a column"):
        run(*HERE, "--mapping", broken, leads)
