"""The SQL that keeps an own value at a measure that its client may use, and a definition in place.

A composite key vouches for the agency; that the measure is the agency's or this very client's is
checked set-wise, since a key cannot say "or".
"""

_CHECK = """
CREATE FUNCTION rumbo_own_measure_is_ours() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stranger bigint;
BEGIN
    SELECT n.measure_id INTO stranger FROM new_rows n
     WHERE NOT EXISTS (SELECT 1 FROM campaigns_ownmeasure m
                        WHERE m.agency_id = n.agency_id AND m.id = n.measure_id
                          AND (m.client_id IS NULL OR m.client_id = n.client_id))
     LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('measure_id %s is not a measure of this client', stranger),
            TABLE = TG_TABLE_NAME, COLUMN = 'measure_id',
            CONSTRAINT = 'measure_id_is_of_this_client';
    END IF;
    RETURN NULL;
END $$
"""

_STAYS = """
CREATE FUNCTION rumbo_definition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING
        MESSAGE = 'a definition keeps its key and its client',
        TABLE = TG_TABLE_NAME, CONSTRAINT = 'definition_stays';
END $$
"""


def own_values_refer() -> list[str]:
    """The check of `campaigns_ownvalue`, after every statement that inserts or updates."""
    return [_CHECK] + [
        f"CREATE TRIGGER check_measure_{event} AFTER {event.upper()} ON campaigns_ownvalue"
        " REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
        " EXECUTE FUNCTION rumbo_own_measure_is_ours()"
        for event in ("insert", "update")
    ]


def own_values_unrefer() -> list[str]:
    return ["DROP FUNCTION rumbo_own_measure_is_ours() CASCADE"]


def definition_stays_function() -> str:
    return _STAYS


def definition_stays(table: str) -> str:
    """Formulas and goals name a definition by its key, so nobody may change it under them."""
    return (
        f"CREATE TRIGGER definition_stays BEFORE UPDATE ON {table} FOR EACH ROW"
        " WHEN (OLD.key <> NEW.key OR OLD.client_id IS DISTINCT FROM NEW.client_id)"
        " EXECUTE FUNCTION rumbo_definition_stays()"
    )
