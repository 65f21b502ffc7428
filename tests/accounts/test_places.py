"""The navigation: every place it offers is a route of ours."""

from django.urls import get_resolver

from accounts.shell import ADMIN_PLACES, AGENCY_PLACES, CLIENT_PLACES


def test_every_place_exists() -> None:
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    places = (*AGENCY_PLACES, *CLIENT_PLACES, *ADMIN_PLACES)
    assert [place.route for place in places if place.route not in known] == []
