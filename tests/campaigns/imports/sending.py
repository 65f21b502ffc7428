"""Sending a file as the command and the web do: create, start, run. And the real data's folder."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import ImportBatch
from campaigns.services import batch_create, batch_run, batch_start

DATA = Path(os.environ.get("RUMBO_DATA", settings.BASE_DIR.parent / "shared" / "data"))
EXAMPLES = Path(settings.BASE_DIR) / "docs" / "examples"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"RUMBO_DATA ({DATA}) is not there")


def example(name: str) -> dict[str, Any]:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def send(
    client: Client,
    content: str | bytes | Path,
    mapping: Mapping[str, Any],
    name: str = "file.csv",
    without_bad_rows: bool = False,
) -> ImportBatch:
    """Import a file into a client, outside any scope; the batch as it ended."""
    if isinstance(content, Path):
        content, name = content.read_bytes(), content.name
    body = content.encode() if isinstance(content, str) else content
    with tenant_transaction(client.agency_id):
        batch = batch_create(client, [body], name, dict(mapping))
        batch_start(client, batch, None, without_bad_rows, is_sent=False)
    ended = batch_run(client.agency_id, client.pk, batch.pk)
    assert ended is not None
    return ended
