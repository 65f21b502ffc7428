"""The SQL that keeps bulk facts from pointing at another tenant's rows.

A composite foreign key costs seconds per million rows and key. A statement trigger compares the
distinct references of the new rows with their parents once, and locks these FOR KEY SHARE, so that
none can be deleted before the writer commits.
"""

from dataclasses import dataclass

_PARENTS = {
    "client_id": "accounts_client",
    "campaign_id": "campaigns_campaign",
    "landing_page_id": "campaigns_landingpage",
    "salesperson_id": "campaigns_salesperson",
    "first_salesperson_id": "campaigns_salesperson",
    "mql_salesperson_id": "campaigns_salesperson",
    "sql_salesperson_id": "campaigns_salesperson",
    "opp_salesperson_id": "campaigns_salesperson",
    "closed_salesperson_id": "campaigns_salesperson",
    "batch_id": "campaigns_importbatch",
}


@dataclass(frozen=True)
class References:
    """A table of facts and its columns that are checked set-wise (the client always is)."""

    table: str
    columns: tuple[str, ...]


SET_WISE = (
    References("campaigns_dailyfact", ("campaign_id", "landing_page_id", "batch_id")),
    References(
        "campaigns_lead",
        (
            "campaign_id",
            "landing_page_id",
            "first_salesperson_id",
            "salesperson_id",
            "mql_salesperson_id",
            "sql_salesperson_id",
            "opp_salesperson_id",
            "closed_salesperson_id",
            "batch_id",
        ),
    ),
    References("campaigns_sale", ("campaign_id", "salesperson_id", "batch_id")),
    References("campaigns_refund", ("campaign_id", "salesperson_id", "batch_id")),
    References("campaigns_cost", ("campaign_id", "batch_id")),
)


def reference_sql(references: References) -> list[str]:
    name = _name(references)
    checks = "".join(_check(column) for column in ("client_id", *references.columns))
    function = f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stranger record;
BEGIN{checks}
    RETURN NULL;
END $$
"""
    triggers = [
        f"CREATE TRIGGER check_references_{event} AFTER {event.upper()} ON {references.table}"
        f" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        for event in ("insert", "update")
    ]
    return [function, *triggers]


def _check(column: str) -> str:
    """Lock the parents that the new rows name, then look for a row that names none of them."""
    parent = _PARENTS[column]
    key = (
        ["agency_id", "client_id", column] if column != "client_id" else ["agency_id", "client_id"]
    )
    parent_key = [*key[:-1], "id"]
    distinct = f"SELECT DISTINCT {', '.join(key)} FROM new_rows WHERE {column} IS NOT NULL"
    return f"""
    PERFORM 1 FROM {parent} WHERE ({", ".join(parent_key)}) IN ({distinct}) FOR KEY SHARE;
    SELECT * INTO stranger FROM ({distinct}) AS named
     WHERE NOT EXISTS (SELECT 1 FROM {parent} AS parent
                        WHERE ({", ".join(f"parent.{part}" for part in parent_key)})
                            = ({", ".join(f"named.{part}" for part in key)})) LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s %s is not a row of this client', '{column}', stranger.{column}),
            TABLE = TG_TABLE_NAME, COLUMN = '{column}', CONSTRAINT = '{column}_is_of_this_client';
    END IF;"""


def unreference_sql(references: References) -> list[str]:
    return [f"DROP FUNCTION {_name(references)}() CASCADE"]


def _name(references: References) -> str:
    return f"rumbo_refer_{references.table.removeprefix('campaigns_')}"
