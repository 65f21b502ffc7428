"""Notes beside a client's numbers, and the judging of what was expected of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import AuditEntry, Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.models import Annotation
from kpis.notes.queries import note_in, notes_of
from kpis.notes.services import (
    Effect,
    NoteWish,
    note_add,
    note_change,
    note_remove,
    note_restore,
    notes_judge,
)
from tests.cast import Cast
from tests.kpis.explain.world import tell, total

SOON = date(2026, 4, 10)  # within two weeks of the day of judgement: late data is waited for
FIRST_OF_MARCH, LAST_OF_MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Leads: 50 in February, 40 in March; CPL 10.00 and 16.25."""
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            tell(cast.bodega)
            yield cast.bodega


def expects(
    kpi: str, direction: str, size: str | None = None, size_as: str = "relative"
) -> NoteWish:
    effect = Effect(kpi, direction, LAST_OF_MARCH, Decimal(size) if size else None, size_as)
    return NoteWish(FIRST_OF_MARCH, "New form", effect=effect)


def judged(client: Client, wish: NoteWish) -> Annotation:
    note = note_add(client, wish, None)
    notes_judge(client, SOON)
    note.refresh_from_db()
    return note


def test_a_note_is_the_agencys_own_until_it_is_shared(bodega: Client) -> None:
    note_add(bodega, NoteWish(FIRST_OF_MARCH, " Fair \n in Madrid "), None)
    shared = NoteWish(FIRST_OF_MARCH, "New site", date(2026, 3, 3), visibility="client")
    note_add(bodega, shared, None)
    assert [note.text for note in notes_of(bodega, True)] == ["New site", "Fair \n in Madrid"]
    assert [note.text for note in notes_of(bodega, False)] == ["New site"]
    assert notes_of(bodega, True)[1].ends_on == FIRST_OF_MARCH


def test_removed_put_back_and_audited(bodega: Client) -> None:
    note = note_add(bodega, NoteWish(FIRST_OF_MARCH, "Fair"), None)
    note_remove(bodega, note)
    assert list(notes_of(bodega, True)) == []
    assert list(notes_of(bodega, True, is_removed=True)) == [note]
    assert note_in(bodega, note.pk) == note
    note_restore(bodega, note)
    assert list(notes_of(bodega, True)) == [note]
    actions = AuditEntry.objects.filter(table_name="kpis_annotation").values_list("action")
    assert sorted(action for (action,) in actions) == ["insert", "update", "update"]


@pytest.mark.parametrize(
    ("wish", "outcome"),
    [
        (expects("leads", "down"), "reached"),
        (expects("leads", "up"), "not_reached"),
        # 50 → 40 is a fifth less
        (expects("leads", "down", "0.20"), "reached"),
        (expects("leads", "down", "0.21"), "not_reached"),
        (expects("leads", "down", "10", "absolute"), "reached"),
        (expects("leads", "down", "10.01", "absolute"), "not_reached"),
        # 10.00 → 16.25
        (expects("cpl", "up", "6.25", "absolute"), "reached"),
        (expects("cpl", "up", "0.63"), "not_reached"),
        (expects("cpl", "down"), "not_reached"),
    ],
)
def test_judged_against_the_month_before(bodega: Client, wish: NoteWish, outcome: str) -> None:
    note = judged(bodega, wish)
    assert note.outcome == outcome
    assert (note.compared_from, note.compared_to) == (date(2026, 2, 1), date(2026, 2, 28))
    expected = {"leads": (50, 40), "cpl": (10, Decimal("16.25"))}[note.kpi]
    assert (note.before, note.after) == expected


def test_too_few_cases_say_nothing(bodega: Client) -> None:
    total(bodega, "sales", date(2026, 3, 11), new_customers=3, channel="email")
    note = judged(bodega, expects("cac", "up"))
    # 5 and 3 customers are fewer than ten: judged only when waiting is over.
    assert note.outcome == ""
    notes_judge(bodega, date(2026, 4, 14))
    note.refresh_from_db()
    assert note.outcome == "not_enough"


def test_late_data_is_waited_for(bodega: Client) -> None:
    SourceSync.objects.filter(client=bodega, family="leads").update(
        is_live=False, complete_from=date(2026, 1, 1), complete_through=date(2026, 3, 20)
    )
    note = judged(bodega, expects("leads", "down"))
    assert note.outcome == ""
    SourceSync.objects.filter(client=bodega, family="leads").update(is_live=True)
    assert notes_judge(bodega, SOON) == 1
    assert notes_judge(bodega, SOON) == 0


def test_not_before_its_time(bodega: Client) -> None:
    note = note_add(bodega, expects("leads", "down"), None)
    assert notes_judge(bodega, date(2026, 3, 30)) == 0
    # What the platforms claim goes on changing for a week.
    note_add(bodega, expects("platform_leads", "down"), None)
    assert notes_judge(bodega, LAST_OF_MARCH) == 1
    note.refresh_from_db()
    assert note.outcome == "reached"


def test_another_effect_is_judged_anew_another_text_is_not(bodega: Client) -> None:
    note = judged(bodega, expects("leads", "down"))
    wish = expects("leads", "down")
    note_change(bodega, note, NoteWish(wish.starts_on, "Newer form", effect=wish.effect))
    note.refresh_from_db()
    assert (note.text, note.outcome) == ("Newer form", "reached")
    note_change(bodega, note, expects("leads", "up"))
    note.refresh_from_db()
    assert (note.outcome, note.before, note.compared_from) == ("", None, None)


def test_removed_notes_are_not_judged(bodega: Client) -> None:
    note_remove(bodega, note_add(bodega, expects("leads", "down"), None))
    assert notes_judge(bodega, SOON) == 0


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (NoteWish(FIRST_OF_MARCH, "  "), "text"),
        (NoteWish(FIRST_OF_MARCH, "a\0b"), "text"),
        (NoteWish(FIRST_OF_MARCH, "x" * 501), "text"),
        (NoteWish(date(1, 1, 1), "x"), "starts_on"),
        (NoteWish(FIRST_OF_MARCH, "x", date(2026, 2, 1)), "ends_on"),
        (NoteWish(FIRST_OF_MARCH, "x", date(9999, 1, 1)), "ends_on"),
        (NoteWish(FIRST_OF_MARCH, "x", visibility="world"), "visibility"),
        (expects("nothing", "up"), "kpi"),
        (expects("leads", "sideways"), "direction"),
        (expects("leads", "up", "-1"), "size"),
        (expects("leads", "up", "NaN"), "size"),
        (expects("leads", "up", "1", "miles"), "size_as"),
        (
            NoteWish(FIRST_OF_MARCH, "x", effect=Effect("leads", "up", FIRST_OF_MARCH)),
            "judged_on",
        ),
    ],
)  # fmt: skip
def test_bad_input(bodega: Client, wish: NoteWish, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        note_add(bodega, wish, None)
    fields: list[tuple[str, Any]] = refused.value.data["fields"]
    assert [name for name, _message in fields] == [field]
    assert not Annotation.objects.exists()
