"""Whose rules of time zones a run went by, to be kept with it: days can move when these change."""

import zoneinfo
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.db import connection


@lru_cache(maxsize=1)
def python_rules() -> str:
    """The release of the tz database that Python reads: the system's, else the tzdata package's."""
    for folder in zoneinfo.TZPATH:
        file = Path(folder, "tzdata.zi")
        if file.is_file():
            with file.open(encoding="utf-8") as lines:
                return lines.readline().removeprefix("# version").strip()
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return "unknown"


def zone_rules() -> dict[str, str]:
    """Python cuts periods, PostgreSQL the facts' days, by the rules that its release brings along."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        release = str(cursor.fetchone()[0]).split()[0]
    return {"python": python_rules(), "postgresql": release}
