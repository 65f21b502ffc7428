"""The column that a list is searched by: the words of a row, folded, kept by the database itself."""

from typing import Any

from django.db import models

from campaigns.plain_text import LETTERS, PLAIN, SEPARATORS, WESTERN, WESTERN_PLAIN


class SearchWords(models.Func):
    """' ana garcia ana example com 34600111222 600111222': columns folded, each word after a space.

    Of `phone` its digits, and the last nine of them: people type a number with its prefix or without.
    Sorted and compared in the collation "C", whatever the database has.
    """

    output_field = models.TextField(db_collation="C")

    def __init__(self, *texts: str, phone: str = "") -> None:
        self.texts, self.phone = texts, phone
        super().__init__(*(models.F(name) for name in (*texts, *([phone] if phone else []))))

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        columns = [compiler.compile(source)[0] for source in self.source_expressions]
        parts = [
            f"regexp_replace(lower({_folded(column)}), '{SEPARATORS}', ' ', 'g')"
            for column in columns[: len(self.texts)]
        ]
        if self.phone:
            digits = f"regexp_replace({columns[-1]} COLLATE \"C\", '[^0-9]', '', 'g')"
            parts += [digits, f"right({digits}, 9)"]
        return " || ".join(f"' ' || {part}" for part in parts), []

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, str]]:
        path = "campaigns.models.searching.SearchWords"
        return path, self.texts, {"phone": self.phone} if self.phone else {}


def _folded(column: str) -> str:
    """translate() compares each letter with the whole table, 70 µs for an e-mail: what is plain
    already skips it, and what is of western Europe has a short one."""
    text = f'{column} COLLATE "C"'
    return (
        f"CASE WHEN octet_length({column}) = char_length({column}) THEN {text}"
        f" WHEN {text} !~ '[^\\u0001-\\u00ff]' THEN translate({text}, '{WESTERN}', '{WESTERN_PLAIN}')"
        f" ELSE translate({text}, '{LETTERS}', '{PLAIN}') END"
    )


def search_words_of(*texts: str, phone: str = "") -> models.GeneratedField:
    return models.GeneratedField(
        expression=SearchWords(*texts, phone=phone),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )


def search_index(name: str) -> models.Index:
    """One client's words, read without its rows: `id` is in the index."""
    return models.Index(fields=["agency", "client", "words"], include=["id"], name=name)
