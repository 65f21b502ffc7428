"""UTF-16 comes in like any other text, with or without its mark, in chunks cut anywhere, as safely."""

from collections.abc import Iterator

import pytest

from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.imports.errors import FileRefused
from campaigns.imports.inspection import LONGEST_LINE, Inspector
from campaigns.models import ImportBatch, Lead
from campaigns.services import batch_create
from tests.campaigns.imports.sending import send
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads"}
TEXT = "id\tcreated\tname\r\n1\t2026-03-01\tJosé Ñandú\r\n2\t2026-03-02\tЖанна 𝕏\r\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_comes_in(cast: Cast, encoding: str) -> None:
    batch = send(cast.bodega, TEXT.encode(encoding), LEADS)
    assert batch.state == "done", batch.error
    assert (batch.mapping["encoding"], batch.mapping["delimiter"]) == (encoding, "\t")
    with tenant_scope(cast.aurora.pk):
        names = Lead.objects.order_by("external_id").values_list("name", flat=True)
        assert list(names) == ["José Ñandú", "Жанна 𝕏"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("cut", [1, 3, 61, 64])
def test_its_chunks_may_be_cut_inside_a_character(encoding: str, cut: int) -> None:
    body = TEXT.encode(encoding)
    inspector = Inspector(1024**2)
    inspector.feed(body[:60])
    for at in range(60, len(body), cut):
        inspector.feed(body[at : at + cut])
    assert inspector.finish().encoding == encoding


def test_text_in_another_script_is_known_by_its_commas_and_line_ends() -> None:
    inspector = Inspector(1024**2)
    inspector.feed("日付,件名,数\r\n2026-03-01,春のセール,12\r\n".encode("utf-16-le"))
    assert inspector.finish().encoding == "utf-16-le"


#: (name, bytes, code, what the message must say)
BYTES = [
    ("a NUL", (TEXT + "3\t2026-03-03\ta\0b\r\n").encode("utf-16"), "nul_byte",
     "Line 4 has a NUL byte: this is not a text file."),
    ("a NUL, no mark", (TEXT + "3\t2026-03-03\ta\0b\r\n").encode("utf-16-be"), "nul_byte",
     "Line 4 has a NUL byte: this is not a text file."),
    ("half a pair", TEXT.encode("utf-16-le") + b"\x00\xd8a\x00\n\x00", "unknown_encoding",
     "The file begins as UTF-16, but not all of it is. Save it again as UTF-8."),
    ("half a character", TEXT.encode("utf-16") + b"a", "unknown_encoding",
     "The file begins as UTF-16, but not all of it is. Save it again as UTF-8."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "said"), [each[1:] for each in BYTES], ids=[each[0] for each in BYTES]
)
def test_what_is_no_utf_16_is_refused_at_the_door(
    cast: Cast, content: bytes, code: str, said: str
) -> None:
    with tenant_transaction(cast.aurora.pk):
        with pytest.raises(FileRefused) as refusal:
            batch_create(cast.bodega, iter([content]), "leads.csv", LEADS)
        assert ImportBatch.objects.count() == 0
    assert refusal.value.code == code
    assert said in str(refusal.value)


def test_a_line_without_end_is_refused_after_its_first_mb() -> None:
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        for _each in range(200):
            taken += 1
            yield ("x" * 512 * 1024).encode("utf-16-le")

    inspector = Inspector(1024**3)
    with pytest.raises(FileRefused) as refusal:
        for chunk in chunks():
            inspector.feed(chunk)
    assert refusal.value.code == "line_too_long"
    assert taken == LONGEST_LINE // (512 * 1024) + 1


def test_a_bad_row_is_named_by_its_line(cast: Cast) -> None:
    body = "id,created\n1,2026-03-01\n2,2026-02-31\n".encode("utf-16-le")
    batch = send(cast.bodega, body, LEADS)
    assert batch.state == "refused"
    assert (batch.error["data"]["line"], batch.error["data"]["value"]) == (3, "2026-02-31")
