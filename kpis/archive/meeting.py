"""What an archive defines meets what the agency has by the same key or name: shared if it is the same,
else called otherwise here, in every row that names it. What was done is told.

Inside the agency's scope, between staging and filling (`unpacking`), under the lock of definitions.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.definition_keys import key_beside
from kpis.archive.tables import KEYED
from kpis.archive.unpacking import staged_of

MEASURES, KPIS, TEMPLATES = "campaigns_ownmeasure", "kpis_customkpi", "kpis_kpitemplate"
RATES = "kpis_exchangerate"
#: What has to be the same for two definitions to be one.
_MEANING: Mapping[str, tuple[str, ...]] = {
    MEASURES: ("name", "unit", "aggregation", "better"),
    KPIS: ("name", "formula", "unit", "better", "goal_kind", "goal_accumulation"),
}
_LONGEST_NAME = 80
Row = dict[str, Any]


@dataclass(frozen=True)
class Met:
    """Something of the archive that was here before: shared if it keeps its name, else renamed."""

    table: str
    name: str
    became: str

    def __str__(self) -> str:
        words = {"name": self.name, "became": self.became}
        if self.name == self.became:
            return _("%(name)s is the agency's own: it is the same.") % words
        return _("%(name)s is called %(became)s here: the agency's %(name)s is another.") % words


def definitions_meet(agency_id: int, client_name: str) -> list[Met]:
    """Own measures, custom KPIs that may name these, and the template that may list both."""
    renamed: dict[str, str] = {}
    met: list[Met] = []
    for table in (MEASURES, KPIS):
        ours, theirs = _archived(table), _of_the_agency(table, agency_id)
        met += _met(table, ours, theirs, renamed)
    for old, new in renamed.items():
        _rename(old, new)
    for one in met:
        if one.name == one.became:
            theirs = _of_the_agency(one.table, agency_id)
            _share(one.table, {"key": one.name}, theirs[one.name]["id"])
    return [*met, *_template_meets(agency_id, client_name)]


def _met(
    table: str, ours: Mapping[str, Row], theirs: Mapping[str, Row], renamed: dict[str, str]
) -> list[Met]:
    """Adds to `renamed` until nothing follows from what was renamed."""
    both = [key for key in ours if key in theirs]
    taken = {*ours, *theirs}
    while others := [
        key
        for key in both
        if key not in renamed and not _same(table, ours[key], theirs[key], renamed)
    ]:
        for key in others:
            renamed[key] = key_beside(key, taken)
            taken.add(renamed[key])
    return [Met(table, key, renamed.get(key, key)) for key in both]


def _same(table: str, ours: Row, theirs: Row, renamed: Mapping[str, str]) -> bool:
    """Whether a definition means the same, once its formula names what it will name here."""
    said = {name: ours.get(name) for name in _MEANING[table]}
    if table == KPIS:
        said["formula"] = _with_names(str(ours.get("formula")), renamed)
    return said == {name: theirs[name] for name in _MEANING[table]}


def _with_names(formula: str, renamed: Mapping[str, str]) -> str:
    return re.sub(r"\w+", lambda word: renamed.get(word[0], word[0]), formula)


def _rename(old: str, new: str) -> None:
    for (table, column), sort in KEYED.items():
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {staged_of(table)} SET line = jsonb_set(line, %(path)s, {_RENAMED[sort]})"
                f" WHERE {_NAMING[sort]}",
                {
                    "path": [column], "column": column, "old": old, "new": new,
                    "word": rf"\m{re.escape(old)}\M",
                },
            )  # fmt: skip


#: By the sort of column: which lines name the old key, and what stands there instead.
_NAMING = {
    "key": "line ->> %(column)s = %(old)s",
    "formula": "line ->> %(column)s ~ %(word)s",
    "list": "jsonb_typeof(line -> %(column)s) = 'array' AND jsonb_array_length(line -> %(column)s) > 0",
    "lines": "jsonb_typeof(line -> %(column)s) = 'array' AND jsonb_array_length(line -> %(column)s) > 0",
}
_RENAMED = {
    "key": "to_jsonb(%(new)s::text)",
    "formula": "to_jsonb(regexp_replace(line ->> %(column)s, %(word)s, %(new)s, 'g'))",
    "list": """(SELECT jsonb_agg(CASE WHEN each ->> 0 = %(old)s
                    THEN jsonb_set(each, '{0}', to_jsonb(%(new)s::text)) ELSE each END ORDER BY place)
                  FROM jsonb_array_elements(line -> %(column)s) WITH ORDINALITY AS it (each, place))""",
    "lines": """(SELECT jsonb_agg(CASE WHEN each ->> 'kpi' = %(old)s
                    THEN jsonb_set(each, '{kpi}', to_jsonb(%(new)s::text)) ELSE each END ORDER BY place)
                  FROM jsonb_array_elements(line -> %(column)s) WITH ORDINALITY AS it (each, place))""",
}


def rates_differ(agency_id: int) -> int:
    """How many exchange rates of the archive the agency has otherwise: its own stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM {staged_of(RATES)} s
                 CROSS JOIN LATERAL jsonb_populate_record(NULL::{RATES}, s.line) its
                  JOIN {RATES} ours ON ours.agency_id = %s AND ours.day = its.day
                       AND ours.from_currency = its.from_currency
                       AND ours.to_currency = its.to_currency AND ours.version = its.version
                 WHERE ours.rate IS DISTINCT FROM its.rate""",
            [agency_id],
        )
        return int(cursor.fetchone()[0])


def _template_meets(agency_id: int, client_name: str) -> Iterator[Met]:
    """An active one of the same name here: the same list is shared, another one takes a name beside it."""
    theirs = _of_the_agency(TEMPLATES, agency_id)
    for name, ours in _archived(TEMPLATES).items():
        if name not in theirs or ours.get("archived_at") is not None:
            continue
        if ours["entries"] == theirs[name]["entries"]:
            _share(TEMPLATES, {"name": name}, theirs[name]["id"])
            _version(int(ours["version"]), int(theirs[name]["version"]))
            yield Met(TEMPLATES, name, name)
        else:
            became = _name_beside(f"{name} ({client_name})", theirs)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {staged_of(TEMPLATES)}"
                    " SET line = jsonb_set(line, '{name}', to_jsonb(%s::text))",
                    [became],
                )
            yield Met(TEMPLATES, name, became)


def _version(its: int, ours: int) -> None:
    """A client that had the latest has the latest; one that had not may be given it again (0)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {staged_of("kpis_kpiset")} SET line = jsonb_set(line, '{{template_version}}',
                    to_jsonb(CASE WHEN (line ->> 'template_version')::int = %s THEN %s ELSE 0 END))
                WHERE line ->> 'template_version' IS NOT NULL""",
            [its, ours],
        )


def _name_beside(name: str, taken: Collection[str]) -> str:
    number, found = 1, name[:_LONGEST_NAME]
    while found in taken:
        number += 1
        found = f"{name[: _LONGEST_NAME - 4]} {number}"
    return found


def _share(table: str, which: Row, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {staged_of(table)} SET id = %s, is_here = true WHERE line @> %s::jsonb",
            [number, json.dumps(which)],
        )


def _archived(table: str) -> dict[str, Row]:
    """The lines of a table by key or name."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT line::text FROM {staged_of(table)} ORDER BY old")
        rows = [json.loads(text) for (text,) in cursor.fetchall()]
    return {str(row.get(_called(table))): row for row in rows}


def _of_the_agency(table: str, agency_id: int) -> dict[str, Row]:
    """The agency's own rows by key or name: no client's, and of templates those that are in use."""
    own = "archived_at IS NULL" if table == TEMPLATES else "client_id IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {table} t WHERE agency_id = %s AND {own}", [agency_id]
        )
        rows = [json.loads(text) for (text,) in cursor.fetchall()]
    return {str(row[_called(table)]): row for row in rows}


def _called(table: str) -> str:
    return "name" if table == TEMPLATES else "key"
