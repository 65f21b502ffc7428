"""Lists of chosen KPIs: sections, the headline, and a newer template with a client's changes kept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.catalogue import GROUPS, KPIS
from kpis.choosing import (
    STARTING_POINTS,
    Entry,
    OwnChanges,
    default_for,
    from_json,
    headline,
    keys_of,
    merged,
    own_changes,
    sections,
)


def entries(text: str) -> tuple[Entry, ...]:
    """ "leads:a cpl:b roas" """
    return tuple(Entry(*part.split(":")) for part in text.split())


def test_a_key_counts_once() -> None:
    assert from_json([["leads", "a"], ["cpl", ""], ["leads", "b"]]) == entries("leads:a cpl")
    assert from_json(None) == ()


def test_sections_in_the_order_of_the_list() -> None:
    held = entries("leads:a cpl:a roas:b cac:a")
    assert sections(held) == [("a", ("leads", "cpl")), ("b", ("roas",)), ("a", ("cac",))]


def test_the_headline_is_the_first_section() -> None:
    assert headline(entries("leads:a cpl:a roas:b")) == ("leads", "cpl")
    nine = entries(" ".join(f"k{number}:a" for number in range(9)) + " last:b")
    assert headline(nine) == tuple(f"k{number}" for number in range(8))
    seven = entries(" ".join(f"k{number}" for number in range(7)))
    assert headline(seven) == tuple(f"k{number}" for number in range(6))


def test_own_changes_are_found() -> None:
    before = entries("leads:a cpl:a roas:b cac:b")
    assert own_changes(before, before) == OwnChanges()
    changes = own_changes(before, entries("cpl:a leads:a cac:c aov:b"))
    assert changes == OwnChanges(("aov",), ("roas",), ("cac",), True)
    assert not OwnChanges() and changes


def test_a_changed_template_keeps_what_the_client_changed() -> None:
    before = entries("leads:a cpl:a roas:b cac:b")
    # the client took out cpl, put aov after roas and moved cac under a heading of its own
    current = entries("leads:a roas:b aov:b cac:own")
    # the template drops roas, brings ctr and moves cac to the front
    newer = entries("cac:a leads:a cpl:a ctr:b")
    # aov followed roas, which is gone; so it comes after what came before roas: leads
    assert merged(before, current, newer) == entries("cac:own leads:a aov:b ctr:b")


def test_an_order_of_the_clients_own_is_kept() -> None:
    before = entries("leads cpl roas")
    current = entries("roas leads cpl")
    assert merged(before, current, entries("leads ctr cpl roas")) == entries("roas leads ctr cpl")


def test_without_a_template_before_everything_is_the_clients_own() -> None:
    assert merged((), entries("aov:own"), entries("leads:a cpl:a")) == entries(
        "aov:own leads:a cpl:a"
    )


LISTS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["", "x", "y"])), max_size=8
).map(from_json)


@settings(max_examples=300, deadline=None)
@given(LISTS, LISTS, LISTS)
def test_merging(
    before: tuple[Entry, ...], now: tuple[Entry, ...], then: tuple[Entry, ...]
) -> None:
    result = merged(before, now, then)
    assert merged(before, before, then) == then  # nothing of its own: the template as it is
    assert merged(before, now, before) == now  # nothing new: the client as it was
    assert merged(then, result, then) == result  # twice is once
    own = own_changes(before, now)
    kept = set(keys_of(result))
    assert len(kept) == len(result)
    assert set(own.added) <= kept and not set(own.removed) & kept
    assert kept == (set(keys_of(then)) - set(own.removed)) | set(own.added)


def test_starting_points_have_headings_that_are_known() -> None:
    assert set(STARTING_POINTS) == {"lead_generation", "ecommerce", "awareness", "b2b_services"}
    for point in STARTING_POINTS.values():
        keys = keys_of(point.entries)
        assert len(set(keys)) == len(keys)
        assert set(keys) <= set(KPIS), point.code
        assert len(headline(point.entries)) == 6
        assert {section for section, _keys in sections(point.entries)} <= {
            "headline", *GROUPS, "mail", "social",
        }  # fmt: skip


def test_the_default_follows_the_data() -> None:
    assert default_for({"leads", "sales", "web"}).code == "lead_generation"
    assert default_for({"sales", "web"}).code == "ecommerce"
    assert default_for({"ads"}).code == "lead_generation"
    assert default_for({"web", "ads"}).code == "awareness"
    assert default_for(()).code == "lead_generation"
