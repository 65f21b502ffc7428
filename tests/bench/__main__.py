"""`make bench`: what the engine, the import and the pages cost, each as a ratio within one run.

Works in a database of its own that is gone afterwards. Nothing here passes or fails: it is read.
"""

import argparse
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import transaction  # noqa: E402

from tests.bench import (  # noqa: E402
    forecasts,
    goals,
    imports,
    load,
    night,
    pages,
    people,
    rebuild,
    values,
    writes,
)
from tests.bench.million import make_million  # noqa: E402
from tests.cast import make_cast  # noqa: E402
from tests.databases import clone, ensure_template, pointed_at  # noqa: E402

CHAPTERS = (
    "import",
    "rebuild",
    "pages",
    "values",
    "recounts",
    "night",
    "load",
    "people",
    "writes",
    "forecast",
    "goals",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="leads, and rows of the file")
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is taken")
    parser.add_argument("--requests", type=int, default=60, help="requests for each page")
    parser.add_argument(
        "--clients", type=int, default=300, help="clients of the house and of the night"
    )
    parser.add_argument("--night-rows", type=int, default=5_000_000, help="their leads and sales")
    parser.add_argument("--goals", type=int, default=20_000, help="goals of all clients")
    parser.add_argument("--people", type=int, default=50, help="people at once")
    parser.add_argument("--seconds", type=int, default=120, help="how long they look and write")
    parser.add_argument("--only", choices=CHAPTERS, action="append", help="only these chapters")
    asked = parser.parse_args()
    chapters = asked.only or CHAPTERS
    if "forecast" in chapters:
        forecasts.measure()
    if set(chapters) == {"forecast"}:
        return 0
    with clone(ensure_template()) as name, pointed_at(name):
        with transaction.atomic():
            cast = make_cast()
        if "import" in chapters:
            imports.measure(name, cast.aurora, asked.rows, asked.runs)
        if {"rebuild", "pages"} & set(chapters):
            million = make_million(cast.aurora, asked.rows)
            if "rebuild" in chapters:
                rebuild.measure(million, asked.runs)
            if "pages" in chapters:
                pages.measure(million, cast.alicia, asked.requests)
        if "values" in chapters:
            values.measure(cast.aurora, cast.alicia, asked.requests)
        if "recounts" in chapters:
            values.measure_recounts(cast.aurora, asked.runs)
    if "load" in chapters:
        with clone(ensure_template()) as name, pointed_at(name):
            with transaction.atomic():
                cast = make_cast()
            load.measure(name, cast.aurora, cast.alicia, asked.clients, asked.requests)
    if "people" in chapters:
        with clone(ensure_template()) as name, pointed_at(name):
            with transaction.atomic():
                cast = make_cast()
            people.measure(name, cast.aurora, asked.clients // 10, asked.people, asked.seconds)
    if "writes" in chapters:
        with clone(ensure_template()) as name, pointed_at(name):
            with transaction.atomic():
                cast = make_cast()
            writes.measure(name, cast.aurora, asked.rows // 20, asked.runs)
    if "goals" in chapters:
        with clone(ensure_template()) as name, pointed_at(name):
            with transaction.atomic():
                cast = make_cast()
            goals.measure(cast.aurora, asked.clients, asked.goals)
    # The night truncates what it fills: it has a database of its own.
    if "night" in chapters:
        with clone(ensure_template()) as name, pointed_at(name):
            with transaction.atomic():
                cast = make_cast()
            night.measure(name, cast.aurora, asked.clients, asked.night_rows, min(asked.runs, 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
