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
    "product_id": "campaigns_product",
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


#: Facts that came later, each made with its tables.
SET_WISE_GOODS = (
    References("campaigns_saleline", ("product_id", "batch_id")),
    References("campaigns_budget", ("campaign_id", "batch_id")),
    References("campaigns_visitorday", ("campaign_id", "landing_page_id", "batch_id")),
    References("campaigns_reportedrange", ("campaign_id", "batch_id")),
    References("campaigns_interaction", ("salesperson_id", "batch_id")),
    References("campaigns_customerterm", ("batch_id",)),
    References("campaigns_manualmonth", ("batch_id",)),
)
#: Columns that older tables got with them: their triggers are made anew.
SET_WISE_AGAIN = (
    References("campaigns_cost", ("campaign_id", "salesperson_id", "batch_id")),
    References("campaigns_refund", ("campaign_id", "salesperson_id", "product_id", "batch_id")),
)


CHECKED = (*SET_WISE, *SET_WISE_GOODS, *SET_WISE_AGAIN)


def first_made(references: References) -> References:
    """The same table's references as the first migration made them."""
    return next(each for each in SET_WISE if each.table == references.table)


def reference_sql(references: References) -> list[str]:
    """One pass over the new rows finds what they name, client by client; each parent is asked once."""
    name = _name(references)
    named = ", ".join(
        f"array_agg(DISTINCT {column}) FILTER (WHERE {column} IS NOT NULL) AS {column}"
        for column in references.columns
    )
    combination = ", ".join(("agency_id", "client_id", *references.columns))
    function = f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named record;
    standing bigint;
    stranger bigint;
BEGIN
    FOR named IN
        SELECT agency_id, client_id, {named}
          FROM (SELECT DISTINCT {combination} FROM new_rows) AS combination
         GROUP BY agency_id, client_id
    LOOP
        PERFORM 1 FROM {_PARENTS["client_id"]}
          WHERE agency_id = named.agency_id AND id = named.client_id FOR KEY SHARE;
        IF NOT FOUND THEN{_refusal("client_id", "named.client_id")}
        END IF;{"".join(map(_check, references.columns))}
    END LOOP;
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
    """Lock the parents of this client that the rows name; fewer than named means a stranger."""
    ours = "parent.agency_id = named.agency_id AND parent.client_id = named.client_id"
    parent = _PARENTS[column]
    return f"""
        IF named.{column} IS NOT NULL THEN
            PERFORM 1 FROM {parent} AS parent
              WHERE {ours} AND parent.id = ANY (named.{column}) FOR KEY SHARE;
            GET DIAGNOSTICS standing = ROW_COUNT;
            IF standing < cardinality(named.{column}) THEN
                SELECT min(one) INTO stranger FROM unnest(named.{column}) AS one
                 WHERE NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE {ours} AND parent.id = one);
{_refusal(column, "stranger")}
            END IF;
        END IF;"""


def _refusal(column: str, value: str) -> str:
    return f"""
                RAISE foreign_key_violation USING
                    MESSAGE = format('%s %s is not a row of this client', '{column}', {value}),
                    TABLE = TG_TABLE_NAME, COLUMN = '{column}',
                    CONSTRAINT = '{column}_is_of_this_client';"""


def unreference_sql(references: References) -> list[str]:
    return [f"DROP FUNCTION {_name(references)}() CASCADE"]


def _name(references: References) -> str:
    return f"rumbo_refer_{references.table.removeprefix('campaigns_')}"
