"""Where an import's file lies between its upload and its end."""

import re
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from accounts.outages import StorageFull, outage_of
from campaigns.imports.errors import FileRefused
from campaigns.imports.inspection import WORKBOOK, Inspection, Inspector
from campaigns.imports.sheets.workbook import workbook_forget, workbook_inspect

CHUNK = 256 * 1024


def store(
    chunks: Iterable[bytes], name: str, agency_id: int, client_id: int
) -> tuple[str, Inspection]:
    """Write the chunks to a file of their own, inspecting them; its path below MEDIA_ROOT.

    A refused file leaves nothing behind, nor does one for which there is no room. The name is only
    ever shown, never a path.
    """
    relative = f"imports/{agency_id}/{client_id}/{uuid4().hex}.csv"
    path = Path(settings.MEDIA_ROOT) / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    inspector = Inspector(settings.IMPORT_MAX_BYTES, settings.IMPORT_SHEET_MAX_BYTES)
    try:
        with path.open("wb") as target:
            for chunk in chunks:
                inspector.feed(chunk)
                target.write(chunk)
        found = inspector.finish()
        if found.encoding == WORKBOOK:
            relative = relative.removesuffix(".csv") + ".xlsx"
            path = path.rename(path.with_suffix(".xlsx"))
            workbook_inspect(path)
        return relative, found
    except BaseException as error:
        workbook_forget(path)
        if isinstance(error, FileRefused):
            error.data.setdefault("file", name)
        if isinstance(error, OSError) and outage_of(error):
            raise StorageFull from error
        raise


def stored_path(relative: str) -> Path:
    return Path(settings.MEDIA_ROOT) / relative


def forget(relative: str) -> None:
    if relative:
        workbook_forget(stored_path(relative))


def chunks_of(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def shown_name(name: str) -> str:
    """A file's name as its sender wrote it, without folders or control characters."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    return plain[:255] or "file.csv"
