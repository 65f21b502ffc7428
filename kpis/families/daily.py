"""Parts made of daily facts: web, ads, mail, social networks and their followers. Pure."""

from collections.abc import Mapping

from kpis.families.parts import (
    OF_CLIENT,
    TAGGED,
    TOUCH,
    Arm,
    Part,
    added,
    named_dimensions,
    stored_of,
)

#: The ad platform, mail service or network; a fact that names none is its source's.
PLATFORM = "CASE WHEN platform = '' THEN source ELSE platform END"
_DIMENSIONS: Mapping[str, Mapping[str, str]] = {
    "web": {
        **TAGGED,
        "currency": "currency",
        "device": "device",
        "landing_page_id": "landing_page_id",
        "country": "country",
    },
    "ads": {
        **TAGGED,
        "currency": "currency",
        "device": "device",
        "landing_page_id": "landing_page_id",
        "country": "country",
        "platform": PLATFORM,
    },
    "mail": {**TOUCH, "platform": PLATFORM},
    "social": {"platform": PLATFORM},
}


def _daily(family: str, rows: str = "TRUE") -> Part:
    keys = stored_of(family, "sum")
    sums = {key: added(key) for key in keys}
    is_told = f"family = '{family}'"
    if family == "social":  # a row that tells followers only adds nothing to a day
        is_told += " AND (post_impressions IS NOT NULL OR post_engagements IS NOT NULL)"
    arm = Arm("campaigns_dailyfact", "day", sums, _DIMENSIONS[family], is_told)
    return Part(family, family, keys, (arm,), rows=rows)


WEB, ADS, MAIL = _daily("web"), _daily("ads"), _daily("mail")
SOCIAL = _daily("social", rows="followers IS NULL")

# The followers of an account are what was last reported of it, until the next report.
_AUDIENCE_SQL = f"""
WITH reported AS (
    SELECT day, source, {PLATFORM} AS platform, item, sum(followers) AS followers
      FROM campaigns_dailyfact
     WHERE {OF_CLIENT} AND followers IS NOT NULL AND day <= %(last)s
     GROUP BY 1, 2, 3, 4
), held AS (
    SELECT day AS since, platform, followers, lead(day, 1, %(last)s + 1) OVER (
               PARTITION BY source, platform, item ORDER BY day) AS upto
      FROM reported
)
SELECT day, {named_dimensions({"platform": "platform"})}, sum(followers)::bigint AS followers
  FROM held
 CROSS JOIN LATERAL (SELECT GREATEST(since, %(first)s) + step AS day
                       FROM generate_series(0, upto - GREATEST(since, %(first)s) - 1) AS step) AS days
 WHERE TRUE {{days}}
 GROUP BY day, platform
"""
AUDIENCE = Part(
    "audience",
    "social",
    ("followers",),
    sql=_AUDIENCE_SQL,
    rows="followers IS NOT NULL",
    is_stock=True,
    facts=("campaigns_dailyfact WHERE family = 'social' AND followers IS NOT NULL",),
)
