"""What rows are before a batch changes them, kept so that the batch can be undone."""

from typing import Any

from campaigns.imports.writing.staging import execute


def keep_images(name: str, about: dict[str, Any], joins: str, condition: str) -> int:
    """Keep what rows t of a table are; how many. Of a row kept twice by a batch the first counts."""
    return execute(
        f"""WITH locked AS (SELECT t.* FROM {name} t {joins} WHERE {condition} FOR UPDATE OF t)
            INSERT INTO campaigns_replacedrow (agency_id, client_id, batch_id, table_name, row_id, before)
            SELECT %(agency)s, %(client)s, %(batch)s, '{name}', locked.id, to_jsonb(locked) FROM locked""",
        about,
    )
