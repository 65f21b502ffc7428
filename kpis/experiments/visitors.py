"""Visitors of a test by their first assignment, straight from the facts (KPIS F).

A visitor belongs to the tested page they saw first, and to the day on which they saw it; whatever
became of them until the end of the test counts there, on whichever page it happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.models import Client
from kpis.calendar import Period
from kpis.trials.arms import Arm

#: Who saw several of the pages on their first day has no first page: days have no hours here.
#: By window and not by a join with itself: young tables have no statistics to plan a join by.
_BY_FIRST_PAGE = """
WITH seen AS (
    SELECT visitor, day, landing_page_id AS page, has_lead, is_qualified, is_tested,
           MIN(day) FILTER (WHERE is_tested) OVER (PARTITION BY visitor) AS first_day
      FROM (SELECT *, COALESCE(landing_page_id = ANY(%(pages)s), FALSE) AS is_tested
              FROM campaigns_visitorday
             WHERE agency_id = %(agency)s AND client_id = %(client)s
               AND day BETWEEN %(first)s AND %(last)s) rows_of_the_test
), assigned AS (
    SELECT first_day AS day,
           MIN(page) FILTER (WHERE is_tested AND day = first_day) AS page,
           MAX(page) FILTER (WHERE is_tested AND day = first_day) AS other_page_of_that_day,
           MIN(page) FILTER (WHERE is_tested) <> MAX(page) FILTER (WHERE is_tested) AS saw_several,
           BOOL_OR(has_lead) FILTER (WHERE day >= first_day) AS became_lead,
           BOOL_OR(is_qualified) FILTER (WHERE day >= first_day) AS became_qualified
      FROM seen WHERE first_day IS NOT NULL
     GROUP BY visitor, first_day
)
SELECT CASE WHEN page = other_page_of_that_day THEN day END,
       CASE WHEN page = other_page_of_that_day THEN page END,
       COUNT(*), COUNT(*) FILTER (WHERE became_lead), COUNT(*) FILTER (WHERE became_qualified),
       COUNT(*) FILTER (WHERE saw_several)
  FROM assigned GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class PageDay:
    """Visitors who came to a page first on that day."""

    day: date
    landing_page: int
    arm: Arm


@dataclass(frozen=True)
class Seen:
    """in_both: visitors who saw several of the pages; unassigned: those who did on their first day."""

    days: tuple[PageDay, ...]
    in_both: int
    unassigned: int


def visitors_of(client: Client, pages: Sequence[int], period: Period) -> Seen:
    """One scan of the visitor days of the period. Inside a scope that holds the client."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_FIRST_PAGE,
            {
                "agency": client.agency_id,
                "client": client.pk,
                "pages": list(pages),
                "first": period.first,
                "last": period.last,
            },
        )
        rows = cursor.fetchall()
    days = tuple(
        PageDay(day, page, Arm(visitors, leads, qualified))
        for day, page, visitors, leads, qualified, _several in rows
        if page is not None
    )
    unassigned = sum(row[2] for row in rows if row[1] is None)
    return Seen(days, sum(row[5] for row in rows), unassigned)


def has_visitors(client: Client) -> bool:
    """True if anybody delivers visitors of this client at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM campaigns_visitorday"
            " WHERE agency_id = %s AND client_id = %s)",
            [client.agency_id, client.pk],
        )
        return bool(cursor.fetchone()[0])
