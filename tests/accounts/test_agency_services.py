"""Agencies and clients: made with an address of their own, a logo drawn again, archived, restored."""

from io import BytesIO

import pytest
from PIL import Image

from accounts.access import memberships_of
from accounts.errors import DomainError
from accounts.models import Agency
from accounts.queries import clients_of
from accounts.services import (
    agency_create,
    agency_logo_set,
    client_archive,
    client_create,
    client_restore,
)
from accounts.services.agencies import LOGO_MOST_BYTES, logo_from
from accounts.tenancy import tenant_scope
from tests.cast import Cast


def picture(kind: str, size: tuple[int, int] = (1200, 400)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#0f766e").save(out, kind)
    return out.getvalue()


def test_a_person_makes_an_agency(cast: Cast) -> None:
    made = agency_create(cast.malena, "Café Único", "es")
    assert made.slug == "cafe-unico"
    roles = [(row.agency.slug, row.role) for row in memberships_of(cast.malena)]
    assert roles == [("boreal", "owner"), ("cafe-unico", "owner")]


def test_a_taken_address_gets_a_number_though_nobody_sees_who_has_it(cast: Cast) -> None:
    assert agency_create(cast.malena, "Aurora", "es").slug == "aurora-2"
    assert agency_create(cast.malena, "Aurora", "es").slug == "aurora-3"
    assert agency_create(cast.malena, "你好", "es").slug == "agency"


def test_clients_are_made_archived_and_restored(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = client_create(cast.aurora, {"name": "Bodega", "currency": "BRL", "margin": None})
        assert (made.slug, made.currency) == ("bodega-2", "BRL")
        client_archive(made)
        assert [row.slug for row in clients_of(cast.aurora)] == ["bodega", "cafe"]
        assert [row.slug for row in clients_of(cast.aurora, is_archived=True)] == ["bodega-2"]
        client_restore(made)
        assert [row.slug for row in clients_of(cast.aurora)] == ["bodega", "bodega-2", "cafe"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_again_as_a_small_png(cast: Cast, kind: str) -> None:
    with tenant_scope(cast.aurora.pk):
        agency_logo_set(cast.aurora, picture(kind) + b"<script>alert(1)</script>")
        kept = Agency.objects.get(pk=cast.aurora.pk)
    assert kept.logo_type == "image/png"
    assert b"script" not in bytes(kept.logo)
    with Image.open(BytesIO(bytes(kept.logo))) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (640, 213))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo_not_a_picture"),
        (picture("GIF"), "logo_not_a_picture"),
        (picture("PNG")[:200], "logo_not_a_picture"),
        (b"", "logo_not_a_picture"),
        (b"\0" * (LOGO_MOST_BYTES + 1), "logo_too_big"),
        (picture("PNG", (8000, 2001)), "logo_too_big"),
    ],
    ids=["svg", "gif", "cut", "empty", "bytes", "pixels"],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as error:
        logo_from(content)
    assert error.value.code == code
