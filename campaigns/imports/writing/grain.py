"""Two exports of one source at different grain, campaigns and their ads, would count everything twice."""

from collections.abc import Set
from typing import Any

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused
from campaigns.imports.writing.parents import CAMPAIGN_KEY
from campaigns.imports.writing.staging import STAGED, rows_of

# A campaign's day that the file has only with items, or only without, and that is known the other way
# round in rows that the file does not replace. Files that have both kinds of rows stay as they are.
_OTHER_GRAIN = f"""
WITH mine AS (
    SELECT s.day, {CAMPAIGN_KEY} AS key, bool_or(s.item IS NOT NULL) AS has_items,
           bool_or(s.item IS NULL) AS has_none
      FROM (SELECT day, line, external_id, %(campaign_id)s AS campaign_id, %(campaign)s AS campaign,
                   %(item)s AS item FROM {STAGED} s) AS s
     GROUP BY 1, 2)
SELECT f.day, COALESCE(c.name, ''), mine.has_items, b.file_name
  FROM mine
  JOIN campaigns_dailyfact f ON f.agency_id = %%(agency)s AND f.client_id = %%(client)s
   AND f.family = %%(family)s AND f.source = %%(source)s AND f.day = mine.day
  LEFT JOIN campaigns_campaign c ON c.agency_id = f.agency_id AND c.client_id = f.client_id
   AND c.id = f.campaign_id
  LEFT JOIN campaigns_importbatch b ON b.agency_id = f.agency_id AND b.client_id = f.client_id
   AND b.id = f.batch_id
 WHERE mine.has_items <> mine.has_none AND (f.item = '') = mine.has_items
   AND (c.id IS NULL AND mine.key IS NULL OR mine.key IN (c.external_id, c.name))
   AND NOT EXISTS (SELECT FROM {STAGED} s WHERE s.external_id = f.external_id)
 ORDER BY f.day, f.id LIMIT 1
"""


def refuse_other_grain(mapped: Set[str], about: dict[str, Any], name: str) -> None:
    """FileRefused if the source has the same campaigns' days with ads where the file has none, or without.

    about: agency, client, source and family, as for `write_facts`.
    """
    columns = {
        key: f"s.{key}" if key in mapped else "NULL::text"
        for key in ("campaign_id", "campaign", "item")
    }
    found = rows_of(_OTHER_GRAIN % columns, about)
    if not found:
        return
    day, campaign, has_items, other = found[0]
    sentence = (
        _(
            "%(file)s has a row for each ad, and “%(source)s” has figures of the same campaigns and days"
            " as a whole already (%(campaign)s on %(day)s, from %(other)s). Both would be counted. Undo"
            " the other import first, or leave the column of the ad out."
        )
        if has_items
        else _(
            "%(file)s has campaigns as a whole, and “%(source)s” has the same campaigns and days by ad"
            " already (%(campaign)s on %(day)s, from %(other)s). Both would be counted. Undo the other"
            " import first, or import the report by ad."
        )
    )
    raise FileRefused(
        "other_grain",
        sentence
        % {
            "file": name, "source": about["source"], "campaign": campaign or "—",
            "day": day.isoformat(), "other": other or _("the API"),
        },
        file=name, column="item",
    )  # fmt: skip
