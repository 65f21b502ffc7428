"""Real files for end-to-end tests, and a committed database with what they were imported into.

The files are not part of the repository: RUMBO_DATA names their folder, and without it the tests
that need them are skipped, visibly.
"""

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from kpis.question import Answer, Question
from kpis.services import answer
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast, make_cast_committed
from tests.databases import clone, pointed_at

DATA = Path(settings.BASE_DIR, os.environ.get("RUMBO_DATA", "../shared/data"))
EXAMPLES = Path(settings.BASE_DIR, "docs", "examples")


def needs(folder: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not (DATA / folder).is_dir(), reason=f"no {folder} in {DATA}: set RUMBO_DATA"
    )


def rows_of(*path: str) -> list[dict[str, str]]:
    with DATA.joinpath(*path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def a_client(template: str, **about: Any) -> Iterator[tuple[Cast, Client]]:
    """A client of Aurora in a committed database of its own."""
    with clone(template) as name, pointed_at(name):
        try:
            cast = make_cast_committed()
            with tenant_transaction(cast.aurora.pk):
                client = Client.objects.create(agency=cast.aurora, **about)
            yield cast, client
        finally:
            connection.close()


def import_file(client: Client, kind: str, mapping: str, *path: str) -> dict[str, Any]:
    """What `manage.py import_file --json` prints of a file read by a mapping of docs/examples."""
    said = StringIO()
    call_command(
        "import_file", str(DATA.joinpath(*path)), agency="aurora", client=client.slug, kind=kind,
        mapping=EXAMPLES / mapping, json=True, stdout=said,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(said.getvalue())
    return result


def refresh(client: Client) -> Any:
    with tenant_transaction(client.agency_id):
        return snapshot_refresh(client)


def asked(client: Client, question: Question) -> Answer:
    with tenant_transaction(client.agency_id):
        return answer(client, question, sees_costs=True)
