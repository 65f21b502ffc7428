"""Days of the week are ticked, and kept as the numbers that the clock of answers reads."""

from accounts.forms.clients import ClientForm
from accounts.models import Client
from accounts.tenancy import tenant_scope
from tests.cast import Cast

WHOLE = {
    "name": "Bodega", "time_zone": "Europe/Madrid", "currency": "EUR", "week_start": "1",
    "fiscal_month": "1", "opens_at": "09:30", "closes_at": "18:00",
}  # fmt: skip


def days(cast: Cast, *said: str) -> tuple[str, list[str]]:
    """What Bodega would keep, of 12345; and the errors at the field."""
    with tenant_scope(cast.aurora.pk):
        form = ClientForm({**WHOLE, "open_days": list(said)}, instance=cast.bodega)
        form.is_valid()
        return form.instance.open_days, list(form.errors.get("open_days", []))


def test_days_are_kept_in_order(cast: Cast) -> None:
    assert days(cast, "6", "1", "2") == ("126", [])


def test_no_day_leaves_what_is_kept(cast: Cast) -> None:
    assert days(cast) == ("12345", [])


def test_what_is_no_day_is_refused(cast: Cast) -> None:
    assert days(cast, "8")[1] != []


def test_the_form_ticks_what_is_kept_and_says_hours_without_seconds() -> None:
    form = ClientForm(instance=Client(open_days="67"))
    assert form["open_days"].value() == ["6", "7"]
    assert 'value="09:00"' in str(form["opens_at"])
    assert str(form["open_days"]).count("checked") == 2
