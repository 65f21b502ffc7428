"""One import in a process of its own, so that its memory is its own: prints seconds and megabytes."""

import json
import os
import resource
import sys
import time
from io import StringIO
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main(file: str, client: str, mapping: str) -> None:
    django.setup()
    from django.core.management import call_command

    said = StringIO()
    before = _peak()
    started = time.perf_counter()
    call_command(
        "import_file", file, agency="aurora", client=client, kind="leads", mapping=Path(mapping),
        json=True, stdout=said,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    counts = json.loads(said.getvalue())["counts"]
    print(json.dumps({"seconds": seconds, "before": before, "peak": _peak(), "new": counts["new"]}))


def _peak() -> float:
    """The most memory this process ever held, in MiB (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
