"""Where an archive lies between its upload and its end."""

from collections.abc import Container, Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from time import time

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.outages import StorageFull, outage_of
from kpis.models import Arrival

_DAY_SECONDS = 24 * 3600


def arrival_store(agency_id: int, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write the chunks to a file of their own; its secret and its size in bytes.

    A file that is too large, or for which there is no room, leaves nothing behind.
    """
    secret, size = token_urlsafe(32), 0
    path = _path(agency_id, secret)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.IMPORT_MAX_BYTES:
                    raise DomainError(
                        "file_too_large",
                        _("The archive is larger than the limit of %(limit)s MB.")
                        % {"limit": settings.IMPORT_MAX_BYTES >> 20},
                    )
                target.write(chunk)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError) and outage_of(error):
            raise StorageFull from error
        raise
    return secret, size


def arrival_files_sweep(agency_id: int, secrets: Container[str]) -> None:
    """Remove what an upload left that was broken off: no row names it, nobody has written it for a day."""
    for path in _path(agency_id, "").parent.glob("*.zip"):
        with suppress(FileNotFoundError):
            is_old = time() - path.stat().st_mtime > _DAY_SECONDS
            if is_old and path.stem not in secrets:
                path.unlink()


def arrival_path(arrival: Arrival) -> Path:
    """A name that nobody guesses; no address leads to it."""
    return _path(arrival.agency_id, arrival.secret)


def arrival_file_forget(arrival: Arrival) -> None:
    """Twice is once."""
    arrival_path(arrival).unlink(missing_ok=True)


def _path(agency_id: int, secret: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "arrivals" / str(agency_id) / f"{secret}.zip"
