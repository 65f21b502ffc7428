"""The cast of imports: their clients read English, so that errors can be compared word by word."""

from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Client
from accounts.tenancy import tenant_scope
from tests.cast import Cast


@pytest.fixture
def cast(cast: Cast) -> Cast:
    with tenant_scope(cast.aurora.pk):
        Client.objects.all().update(language="en")
    for client in (cast.bodega, cast.cafe):
        client.language = "en"
    return cast


@pytest.fixture(autouse=True)
def _files_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
