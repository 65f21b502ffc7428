"""Where the files of a client lie: its exports, and what was uploaded to be imported."""

import shutil
from pathlib import Path

from django.conf import settings

from kpis.models import Export


def export_path(export: Export) -> Path:
    """A name that nobody guesses; no address leads to it."""
    return _folder("exports", export.agency_id, export.client_id) / f"{export.secret}.zip"


def client_files_forget(agency_id: int, client_id: int) -> None:
    """Remove every file of a client. Twice is once."""
    for kind in ("exports", "imports"):
        folder = _folder(kind, agency_id, client_id)
        if folder.exists():
            shutil.rmtree(folder)


def agency_files_forget(agency_id: int) -> None:
    """Remove every file of an agency. Twice is once."""
    for kind in ("exports", "imports", "arrivals"):
        folder = Path(settings.MEDIA_ROOT) / kind / str(agency_id)
        if folder.exists():
            shutil.rmtree(folder)


def _folder(kind: str, agency_id: int, client_id: int) -> Path:
    return Path(settings.MEDIA_ROOT) / kind / str(agency_id) / str(client_id)
