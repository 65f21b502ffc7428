"""The words that the database keeps of a row are the ones that a search folds what is typed into."""

from unicodedata import is_normalized

from accounts.tenancy import tenant_scope
from campaigns.models import Salesperson
from campaigns.plain_text import LETTERS, PLAIN, WESTERN, plain_text
from tests.cast import Cast

#: ASCII alone, western Europe, further letters, and others that are left as they are; and mixtures.
NAMES = (
    "", "Ana", "ANA-Maria O'Neil", "Íñigo GARCÍA Ünal", "ß æ Ø ÿ", "Łukasz Žižek", "Ñandú Łódź",
    "ΑΘΗΝΑ Москва", "李雷 Ana", "É😀É", "\u00ff\u0100", "\u007f\u0080", "[a]^_`{b}~",
)  # fmt: skip


def test_every_letter_is_folded_alike_in_sql_and_python(cast: Cast) -> None:
    letters = [each for each in LETTERS if is_normalized("NFC", each)]  # as what is typed is
    names = [*NAMES, *letters, WESTERN, PLAIN[:150]]
    assert len(names) > 500
    with tenant_scope(cast.aurora.pk):
        Salesperson.objects.bulk_create(
            Salesperson(
                agency=cast.aurora, client=cast.bodega, name=name, external_id=f"{number} {name}"[:200]
            )
            for number, name in enumerate(names)
        )  # fmt: skip
        kept = Salesperson.objects.order_by("id").values_list("name", "external_id", "words")
        for name, own, words in kept:
            assert words == f" {plain_text(name)} {plain_text(own)}", name
