"""No room on a disk: the upload or the import says so, leaves nothing half done, and works later."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.operating.conftest import Keys
from tests.operating.forms import send_form
from tests.operating.house import House, furnish, house
from tests.processes import wait_until

NEW = "/a/aurora/c/bodega/data/new/"
FIELDS = {"reading": "preset:generic_leads", "period": "refuse"}
BATCH = "SELECT state, error->>'code', attempts FROM campaigns_importbatch"


def file(rows: int) -> tuple[str, bytes]:
    """About 50 bytes a row."""
    lines = [
        f"{n},2026-02-{n % 28 + 1:02d} 10:00,{'somebody with a name':>22}" for n in range(rows)
    ]
    return "leads.csv", "\n".join(["id,created,name", *lines]).encode()


# 600 kB are held in memory and written once; 2 MB go through a temporary file first.
@pytest.mark.parametrize("rows", [12_000, 40_000])
def test_an_upload_without_room_is_refused_and_leaves_nothing(
    open_house: Callable[..., House], keys: Keys, rows: int
) -> None:
    here = open_house()
    here.start_web()
    here.limit_files(300_000)
    answer = send_form(here, keys, NEW, FIELDS, file(rows))
    assert answer.status in (200, 422, 503), answer.text
    assert "no room left on the server" in answer.text
    assert [path for path in here.media.rglob("*") if path.is_file()] == []
    assert here.seen(BATCH) == []

    here.limit_files(-1)
    assert send_form(here, keys, NEW, FIELDS, file(rows)).status == 302
    assert here.seen(BATCH) == [("preview", None, 0)]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 160 MB, for the data of a PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="rumbo-disk-") as name:
        path = Path(name).resolve()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
        try:
            yield path
        finally:
            subprocess.run(["umount", path], check=True)


def fill(disk: Path, left: int) -> Path:
    """A file that leaves `left` bytes free."""
    ballast = disk / "ballast"
    status = os.statvfs(disk)
    with ballast.open("wb") as target:
        os.posix_fallocate(target.fileno(), 0, status.f_bavail * status.f_frsize - left)
    return ballast


def test_an_import_into_a_full_database_waits_with_its_reason(
    small_disk: Path, committed: str, keys: Keys
) -> None:
    with house(small_disk) as here:
        furnish(here, committed)
        here.start_web()
        sent = send_form(here, keys, NEW, FIELDS, file(40_000))
        batch = sent.headers["Location"]
        ballast = fill(small_disk, left=1_000_000)
        started = send_form(here, keys, f"{batch}start/", {"do": "start"}, page=batch)
        assert started.status == 302, started.text
        here.start_machinery()
        wait_until(lambda: here.seen(BATCH)[0][1] is not None)
        assert here.seen(BATCH) == [("queued", "storage_full", 0)]
        assert here.seen("SELECT count(*) FROM campaigns_lead") == [(0,)]
        page = here.ask(batch, headers=keys.page())
        assert "no room left on the server" in page.text

        ballast.unlink()
        wait_until(lambda: here.seen(BATCH)[0][0] == "done")
        assert here.seen("SELECT count(*) FROM campaigns_lead") == [(40_000,)]
        assert here.seen(BATCH) == [("done", None, 1)]
        assert here.are_all_alive()
