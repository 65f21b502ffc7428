"""Rows that a batch leaves out, or because of which it is refused: kept aside, shown, stored."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.imports.errors import QUOTED, FileRefused, RowRefused
from campaigns.imports.values import copy_text
from campaigns.imports.writing.staging import copying, execute
from campaigns.models import ImportBatch, RefusedRow

#: A refused batch shows this many of its bad rows; reading stops there.
MOST_SHOWN = 1_000


@dataclass
class BadRows:
    """Rows left out, kept on disk until the file is read: nothing else may use the connection."""

    file: Any
    count: int = 0
    first: list[RowRefused] = field(default_factory=list)

    def add(self, refused: RowRefused) -> None:
        self.count += 1
        if len(self.first) < MOST_SHOWN:
            self.first.append(refused)
        self.file.write(refused_line(refused))


class RowsRefused(FileRefused):
    """The batch has rows that cannot be taken, and was not asked to leave them out."""

    def __init__(self, name: str, bad: BadRows, is_all: bool) -> None:
        first = bad.first[0]
        problem = first.problems[0]
        if not problem.column:  # the row as a whole
            sentence = ngettext(
                "%(file)s: %(count)s row cannot be read, line %(line)s: %(reason)s",
                "%(file)s: %(count)s rows or more cannot be read. The first is line %(line)s: %(reason)s",
                bad.count,
            )
        elif is_all:
            sentence = ngettext(
                "%(file)s: %(count)s row cannot be read, line %(line)s, column “%(column)s”,"
                " value “%(value)s”: %(reason)s",
                "%(file)s: %(count)s rows cannot be read. The first is line %(line)s, column “%(column)s”,"
                " value “%(value)s”: %(reason)s",
                bad.count,
            )
        else:
            sentence = _(
                "%(file)s: more than %(count)s rows cannot be read. The first is line %(line)s, column"
                " “%(column)s”, value “%(value)s”: %(reason)s"
            )
        super().__init__(
            "rows_refused",
            sentence
            % {
                "file": name, "count": bad.count, "line": first.line, "column": problem.column,
                "value": problem.value[:QUOTED], "reason": problem.reason,
            },
            file=name, line=first.line, column=problem.column, value=problem.value, rows=bad.count,
        )  # fmt: skip
        self.bad_rows = bad.first


_REFUSED_FIELDS = ("line", "column_name", "value", "code", "reason", "cells")


def refused_line(refused: RowRefused) -> str:
    """A bad row as a line for COPY: its first problem, and the row itself."""
    problem = refused.problems[0]
    reason = " ".join(each.reason for each in refused.problems)
    cells = json.dumps([cell[:500] for cell in refused.row[:100]], ensure_ascii=False)
    texts = (problem.column[:200], problem.value[:500], problem.code[:40], reason, cells)
    return "\t".join([str(refused.line), *(copy_text(text) or "" for text in texts)]) + "\n"


def keep_refused(bad: BadRows, about: dict[str, Any]) -> int:
    if not bad.count:
        return 0
    execute("DROP TABLE IF EXISTS rumbo_refused")
    execute(
        "CREATE TEMPORARY TABLE rumbo_refused (line bigint, column_name text, value text, code text,"
        " reason text, cells text) ON COMMIT DROP"
    )
    bad.file.seek(0)
    with copying("rumbo_refused", _REFUSED_FIELDS) as copier:
        for line in bad.file:
            copier.add(line)
    return execute(
        """INSERT INTO campaigns_refusedrow
               (agency_id, client_id, batch_id, line, "column", value, code, reason, row)
           SELECT %(agency)s, %(client)s, %(batch)s, line, column_name, value, code, reason, cells::jsonb
             FROM rumbo_refused""",
        about,
    )


def refused_rows(batch: ImportBatch, refused: Iterable[RowRefused]) -> list[RefusedRow]:
    """The rows as objects to save, for a batch that was refused whole."""
    return [
        RefusedRow(
            agency_id=batch.agency_id, client_id=batch.client_id, batch=batch, line=each.line,
            column=each.problems[0].column[:200], value=each.problems[0].value[:500],
            code=each.problems[0].code[:40],
            reason=" ".join(problem.reason for problem in each.problems),
            row=[cell[:500] for cell in each.row[:100]],
        )
        for each in refused
    ]  # fmt: skip
