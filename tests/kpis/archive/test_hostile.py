"""No file is trusted: what was changed, added, cut, enlarged or written by somebody else is refused whole."""

import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Lead, Salesperson
from kpis.archive.packing import MANIFEST
from kpis.archive.tables import SINCE
from kpis.choices.services import template_apply, template_create
from kpis.choosing import from_json
from kpis.exports.archive_services import client_export, client_import
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.models import Goal, KpiSet
from tests.cast import Cast
from tests.kpis.archive.rich import NOW, QUARTER, with_facts


def changed(
    path: Path, name: str, change: Callable[[bytes], bytes], is_signed: bool = False
) -> Path:
    """The archive with one file changed; is_signed: the manifest says so too."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = change(files[name])
    if is_signed:
        manifest = json.loads(files[MANIFEST])
        manifest["files"][name] = {
            "rows": files[name].count(b"\n"), "bytes": len(files[name]),
            "sha256": sha256(files[name]).hexdigest(),
        }  # fmt: skip
        files[MANIFEST] = json.dumps(manifest).encode()
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return other


def test_hostile_files_are_refused_and_nothing_is_written(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "bodega.zip"
    leads = "campaigns_lead.jsonl"
    with time_machine.travel(NOW, tick=False):
        client_export(with_facts(cast), path)

        def refusal(other: Path, code: str = "archive_invalid") -> str:
            with pytest.raises(DomainError) as refused:
                client_import(cast.boreal, other)
            assert refused.value.code == code
            with tenant_scope(cast.boreal.pk):
                assert list(Client.objects.values_list("name", flat=True)) == ["Dulce"]
            return str(refused.value)

        no_zip = tmp_path / "no.zip"
        no_zip.write_bytes(b"PK no")
        assert "no zip file" in refusal(no_zip)
        assert "There is no file" in refusal(tmp_path / "nowhere.zip")
        photos = tmp_path / "photos.zip"
        with zipfile.ZipFile(photos, "w") as archive:
            archive.writestr("beach.jpg", "x")
        assert "of something else: it has no manifest.json" in refusal(photos)
        cut = tmp_path / "cut.zip"
        cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "or it is broken" in refusal(cut)
        middle = bytearray(path.read_bytes())
        middle[3000:3100] = bytes(100)  # within the packed rows of the first long file
        cut.write_bytes(middle)
        assert refusal(cut)
        # one amount changed, the hash not; then a lead less, signed: the totals tell
        assert "changed since" in refusal(
            changed(path, leads, lambda rows: rows.replace(b"valid", b"vAlid", 1))
        )
        assert refusal(
            changed(path, leads, lambda rows: rows.partition(b"\n")[2], is_signed=True),
            "archive_invalid",
        )
        costs = "campaigns_cost.jsonl"
        assert "come out" in refusal(
            changed(path, costs, lambda rows: rows.partition(b"\n")[2], is_signed=True),
            "totals_differ",
        )
        newer = changed(path, MANIFEST, lambda text: text.replace(b'"schema": 2', b'"schema": 99'))
        assert "newer Rumbo wrote it (format 99; this one reads up to 2)" in refusal(newer)
        for told in (b'"schema": 0', b'"schema": "x"', b'"schema": null', b'"schem": 2'):
            odd = changed(
                path, MANIFEST, lambda text, told=told: text.replace(b'"schema": 2', told)
            )
            assert "manifest cannot be read" in refusal(odd)
        two = changed(path, "client.json", lambda row: row + row, is_signed=True)
        assert "not of one client" in refusal(two)
        bomb = changed(path, leads, lambda rows: b"0" * (64 << 20), is_signed=True)
        assert "as long as" in refusal(bomb)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("../../etc/passwd", "x")
        assert "do not belong" in refusal(path)


def test_an_older_archive_comes_in_without_what_it_could_not_have(
    cast: Cast, tmp_path: Path
) -> None:
    """Format 1 had no templates; and a column that came later has its usual value."""
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client = with_facts(cast)
        with tenant_scope(cast.aurora.pk):
            template = template_create(cast.aurora, "Ours", from_json([["leads", ""]]), {"leads"})
            template_apply(template, [client])
            goal_set(
                client, GoalWish("leads", QUARTER, "increase", "cumulative", target=Decimal(9))
            )
        client_export(client, path)
        older = changed(
            path, "kpis_goal.jsonl", lambda rows: rows.replace(b'"shape": "linear", ', b""), is_signed=True
        )  # fmt: skip
        with zipfile.ZipFile(older) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(files[MANIFEST])
        assert b"shape" not in files["kpis_goal.jsonl"] and files["kpis_kpitemplate.jsonl"]
        for table in SINCE:
            del files[f"{table}.jsonl"], manifest["files"][f"{table}.jsonl"]
        files[MANIFEST] = json.dumps(manifest | {"schema": 1}).encode()
        with zipfile.ZipFile(older, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        there = client_import(cast.boreal, older).client
    with tenant_scope(cast.boreal.pk):
        given = KpiSet.objects.get(client=there)
        assert (given.template_id, given.template_name, given.entries) == (
            None,
            "Ours",
            [["leads", ""]],
        )
        assert Goal.objects.get(client=there).shape == "linear"


def test_ids_within_a_goals_filters_become_ours(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client = with_facts(cast)
        with tenant_scope(cast.aurora.pk):
            sellers = dict(Salesperson.objects.filter(client=client).values_list("pk", "name"))
            goal = goal_set(
                client, GoalWish("leads", QUARTER, "increase", "cumulative", Decimal(9))
            )
            goal.filters = {"salesperson": [*map(str, sellers)], "device": ["mobile"]}
            goal.save()
        client_export(client, path)
        there = client_import(cast.boreal, path).client
        lost = changed(
            path, "kpis_goal.jsonl", lambda rows: rows.replace(b'"salesperson": [', b'"product": ["1", '),
            is_signed=True,
        )  # fmt: skip
        with pytest.raises(DomainError, match="A goal is about a row that is not in it"):
            client_import(cast.boreal, lost, "Lost")
    with tenant_scope(cast.boreal.pk):
        filters = Goal.objects.get(client=there).filters
        ours = dict(Salesperson.objects.filter(client=there).values_list("pk", "name"))
        assert [ours[int(number)] for number in filters["salesperson"]] == [*sellers.values()]
        assert filters["device"] == ["mobile"] and not set(ours) & set(sellers)


def test_ids_of_another_agency_mean_nothing(cast: Cast, tmp_path: Path) -> None:
    """Whoever an archive says its rows belong to, they become rows of the agency that takes it in."""
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client_export(with_facts(cast), path)
        number = str(cast.aurora.pk).encode()
        stolen = changed(
            path, "campaigns_lead.jsonl",
            lambda rows: rows.replace(b'"agency_id": ' + number, b'"agency_id": 999'), is_signed=True,
        )  # fmt: skip
        there = client_import(cast.boreal, stolen).client
    with tenant_scope(cast.boreal.pk):
        assert set(Lead.objects.values_list("agency_id", "client_id")) == {
            (cast.boreal.pk, there.pk)
        }
