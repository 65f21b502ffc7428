"""What the staged rows point at, found or made: campaigns, landing pages, salespeople, customers.

Each sort gets a small temporary table (key → id) that the upsert joins.
"""

from collections.abc import Set
from typing import Any

from campaigns.imports.writing.images import keep_images
from campaigns.imports.writing.staging import STAGED, execute
from campaigns.statistics import statistics_renew

_OURS = "t.agency_id = %(agency)s AND t.client_id = %(client)s"
CAMPAIGN_KEY = "COALESCE(s.campaign_id, s.campaign)"
SALESPERSON_KEY = "COALESCE(s.salesperson, s.salesperson_name)"


def make_parents(kind: str, mapped: Set[str], about: dict[str, Any]) -> None:
    """about: agency, client, batch and platform. Tables of sorts that are not mapped stay empty."""
    for table, sql in (
        ("rumbo_campaigns", "key text, name text, is_named_only boolean, id bigint"),
        ("rumbo_pages", "key text, id bigint"),
        ("rumbo_people", "key text, name text, id bigint"),
    ):
        execute(f"DROP TABLE IF EXISTS {table}")
        execute(f"CREATE TEMPORARY TABLE {table} ({sql}) ON COMMIT DROP")
    if {"campaign", "campaign_id"} & mapped:
        _campaigns(kind, about)
    if "landing_page" in mapped:
        _pages(about)
    if {"salesperson", "salesperson_name"} & mapped:
        _salespeople(about)


def _campaigns(kind: str, about: dict[str, Any]) -> None:
    """A campaign with an id is that id; one with a name only is the one so called, if it is one."""

    execute(
        f"""INSERT INTO rumbo_campaigns (key, name, is_named_only)
            SELECT {CAMPAIGN_KEY}, max(s.campaign), bool_and(s.campaign_id IS NULL) FROM {STAGED} s
             WHERE {CAMPAIGN_KEY} IS NOT NULL GROUP BY 1"""
    )
    execute(
        """UPDATE rumbo_campaigns c SET id = found.id
             FROM (SELECT name, min(id) AS id FROM campaigns_campaign
                    WHERE agency_id = %(agency)s AND client_id = %(client)s
                    GROUP BY name HAVING count(*) = 1) AS found
            WHERE c.is_named_only AND found.name = c.key
              AND NOT EXISTS (SELECT 1 FROM campaigns_campaign k
                               WHERE k.agency_id = %(agency)s AND k.client_id = %(client)s
                                 AND k.external_id = c.key)""",
        about,
    )
    keep_images(
        "campaigns_campaign",
        about,
        "JOIN rumbo_campaigns n ON n.id IS NULL AND n.key = t.external_id",
        f"{_OURS} AND n.name <> t.name AND n.name <> n.key",
    )
    execute(
        """INSERT INTO campaigns_campaign
                  (agency_id, client_id, external_id, name, platform, batch_id)
           SELECT %(agency)s, %(client)s, key, COALESCE(name, key), %(platform)s, %(batch)s
             FROM rumbo_campaigns WHERE id IS NULL ORDER BY key
           ON CONFLICT (agency_id, client_id, external_id) DO UPDATE SET name = EXCLUDED.name
            WHERE campaigns_campaign.name IS DISTINCT FROM EXCLUDED.name
              AND EXCLUDED.name <> EXCLUDED.external_id""",
        about,
    )
    execute(
        """UPDATE rumbo_campaigns c SET id = k.id FROM campaigns_campaign k
            WHERE c.id IS NULL AND k.agency_id = %(agency)s AND k.client_id = %(client)s
              AND k.external_id = c.key""",
        about,
    )


def _pages(about: dict[str, Any]) -> None:
    execute(
        f"""INSERT INTO rumbo_pages (key) SELECT DISTINCT s.landing_page FROM {STAGED} s
             WHERE s.landing_page IS NOT NULL"""
    )
    execute(
        """INSERT INTO campaigns_landingpage (agency_id, client_id, path, batch_id)
           SELECT %(agency)s, %(client)s, key, %(batch)s FROM rumbo_pages ORDER BY key
           ON CONFLICT (agency_id, client_id, path) DO NOTHING""",
        about,
    )
    execute(
        """UPDATE rumbo_pages p SET id = k.id FROM campaigns_landingpage k
            WHERE k.agency_id = %(agency)s AND k.client_id = %(client)s AND k.path = p.key""",
        about,
    )


def _salespeople(about: dict[str, Any]) -> None:
    execute(
        f"""INSERT INTO rumbo_people (key, name)
            SELECT {SALESPERSON_KEY}, left(max(s.salesperson_name), 150) FROM {STAGED} s
             WHERE {SALESPERSON_KEY} IS NOT NULL GROUP BY 1"""
    )
    keep_images(
        "campaigns_salesperson",
        about,
        "JOIN rumbo_people n ON n.key = t.external_id",
        f"{_OURS} AND n.name <> t.name AND n.name <> left(n.key, 150)",
    )
    execute(
        """INSERT INTO campaigns_salesperson (agency_id, client_id, external_id, name, batch_id)
           SELECT %(agency)s, %(client)s, key, COALESCE(name, left(key, 150)), %(batch)s
             FROM rumbo_people ORDER BY key
           ON CONFLICT (agency_id, client_id, external_id) DO UPDATE SET name = EXCLUDED.name
            WHERE campaigns_salesperson.name IS DISTINCT FROM EXCLUDED.name
              AND EXCLUDED.name <> left(EXCLUDED.external_id, 150)""",
        about,
    )
    execute(
        """UPDATE rumbo_people w SET id = k.id FROM campaigns_salesperson k
            WHERE k.agency_id = %(agency)s AND k.client_id = %(client)s AND k.external_id = w.key""",
        about,
    )


def make_customers(key: str, name: str, condition: str, about: dict[str, Any]) -> None:
    """Customers that staged rows name; `key`, `name` and `condition` are SQL over the staged row s.

    Their country and who looks after them are what the rows say when the customer is first met.
    """
    new = execute(
        f"""INSERT INTO campaigns_customer
                   (agency_id, client_id, external_id, name, country, salesperson_id, batch_id)
            SELECT %(agency)s, %(client)s, {key}, left(COALESCE(max({name}), ''), 150),
                   COALESCE(max(s.country), ''), max(w.id), %(batch)s
              FROM {STAGED} s LEFT JOIN rumbo_people w ON w.key = {SALESPERSON_KEY}
             WHERE {condition} GROUP BY {key} ORDER BY 3
            ON CONFLICT (agency_id, client_id, external_id) DO NOTHING""",
        about,
    )
    statistics_renew("campaigns_customer", new)
