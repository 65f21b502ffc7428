"""Staged values of own measures, written over what stands at the same measure, day and place.

1. Every measure that the file names must be there, by key or by name; no day may be to come.
2. Two lines for one place are refused: which of them is meant, nobody can say.
3. Rows about to change are kept for the undo; then one statement inserts and changes.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.locks import Work, lock
from campaigns.imports.errors import FileRefused
from campaigns.imports.mapping import fold
from campaigns.imports.writing.images import keep_images
from campaigns.imports.writing.staging import STAGED, execute, rows_of
from campaigns.imports.writing.targets import CAMPAIGN_JOIN
from campaigns.imports.writing.upsert import Written, WrittenMeanwhile
from campaigns.models import OwnMeasure

_OURS = "t.agency_id = %(agency)s AND t.client_id = %(client)s"
_PLACE = "t.measure_id = n.measure_id AND t.day = n.day AND t.channel = n.channel"
_SAME_CAMPAIGN = "t.campaign_id IS NOT DISTINCT FROM n.campaign_id"


def write_own(about: dict[str, Any]) -> Written:
    """about: agency, client, source, batch, tz, currency, has_touch."""
    lock(Work.OWN_VALUES, about["client"])
    _name_measures(about)
    _refuse_days_to_come(about)
    _refuse_twice(about)
    kept = keep_images(
        "campaigns_ownvalue",
        about,
        f"JOIN ({_ROWS}) n ON {_PLACE} AND {_SAME_CAMPAIGN}",
        f"{_OURS} AND (t.value, t.currency) IS DISTINCT FROM (n.value, n.currency)",
    )
    rows = rows_of(
        f"""INSERT INTO campaigns_ownvalue AS t (agency_id, client_id, batch_id, source,
                   measure_id, day, channel, campaign_id, value, currency)
            SELECT %(agency)s, %(client)s, %(batch)s, %(source)s,
                   n.measure_id, n.day, n.channel, n.campaign_id, n.value, n.currency
              FROM ({_ROWS}) n
            ON CONFLICT (agency_id, client_id, measure_id, day, channel, campaign_id)
            DO UPDATE SET value = EXCLUDED.value, currency = EXCLUDED.currency,
                          source = EXCLUDED.source, batch_id = EXCLUDED.batch_id
             WHERE (t.value, t.currency) IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.currency)
            RETURNING (xmax = 0)""",
        about,
    )
    new = sum(is_new for (is_new,) in rows)
    if len(rows) - new != kept:
        raise WrittenMeanwhile("campaigns_ownvalue")
    return Written(new, len(rows) - new)


#: The staged rows under the table's own names. Only money has a currency; a row that says nothing
#: of its channel has none, like a value typed without one.
_ROWS = f"""SELECT s.line, m.id AS measure_id, s.day, c.id AS campaign_id,
                   CASE WHEN %(has_touch)s THEN replace(s.channel, 'unassigned', '') ELSE '' END AS channel,
                   s.own_value AS value,
                   CASE WHEN m.is_money THEN COALESCE(s.currency, %(currency)s) ELSE '' END AS currency
              FROM {STAGED} s JOIN rumbo_measures m ON m.said = s.own_measure{CAMPAIGN_JOIN}"""


def _name_measures(about: dict[str, Any]) -> None:
    """A temporary table of the measures that the file names; the client's own come before the agency's."""
    known: dict[str, OwnMeasure] = {}
    rows = OwnMeasure.objects.filter(agency_id=about["agency"], archived_at=None)
    ours = [row for row in rows if row.client_id in (None, about["client"])]
    for row in sorted(ours, key=lambda row: row.client_id is None, reverse=True):
        known |= {fold(row.name): row, row.key: row}
    said = rows_of(f"SELECT own_measure, min(line) FROM {STAGED} GROUP BY 1 ORDER BY 2")
    for text, line in said:
        if fold(text) not in known:
            raise FileRefused(
                "unknown_measure",
                _("Line %(line)s: there is no own measure called “%(name)s”. Define it first.")
                % {"line": line, "name": text},
                line=line, column="own_measure", value=text,
            )  # fmt: skip
    execute("DROP TABLE IF EXISTS rumbo_measures")
    execute(
        "CREATE TEMPORARY TABLE rumbo_measures (said text, id bigint, is_money boolean)"
        " ON COMMIT DROP"
    )
    found = [known[fold(text)] for text, _line in said]
    execute(
        "INSERT INTO rumbo_measures SELECT * FROM unnest(%(said)s::text[], %(ids)s::bigint[], %(money)s::bool[])",
        {
            "said": [text for text, _line in said],
            "ids": [row.pk for row in found],
            "money": [row.unit == "money" for row in found],
        },
    )


def _refuse_days_to_come(about: dict[str, Any]) -> None:
    today = datetime.now(ZoneInfo(about["tz"])).date()
    late = rows_of(
        f"SELECT line, day FROM {STAGED} WHERE day > %(today)s ORDER BY line LIMIT 1",
        {"today": today},
    )
    for line, day in late:
        raise FileRefused(
            "day_to_come",
            _("Line %(line)s: %(day)s has not come yet.") % {"line": line, "day": day.isoformat()},
            line=line, column="day", value=day.isoformat(),
        )  # fmt: skip


def _refuse_twice(about: dict[str, Any]) -> None:
    twice = rows_of(
        f"""SELECT (array_agg(line ORDER BY line))[1:5], day FROM ({_ROWS}) n
             GROUP BY measure_id, day, channel, campaign_id HAVING count(*) > 1
             ORDER BY min(line) LIMIT 1""",
        about,
    )
    for lines, day in twice:
        raise FileRefused(
            "same_key",
            _("Lines %(lines)s say the same measure, day, channel and campaign. Keep one of them.")
            % {"lines": ", ".join(map(str, lines))},
            line=lines[1], column="day", value=day.isoformat(),
        )  # fmt: skip
