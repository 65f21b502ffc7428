"""Who did something, in words: those who have left keep their name in the history."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Membership


def people_named(agency_id: int, membership_ids: Iterable[int | None]) -> dict[int | None, str]:
    """A name for each id kept by the audit; None, and nobody in sight, have words of their own."""
    wanted = set(membership_ids)
    rows = Membership.objects.filter(
        agency_id=agency_id, pk__in=[number for number in wanted if number is not None]
    ).select_related("user")
    known = {row.pk: _named(row) for row in rows}
    return {
        number: _("Rumbo itself") if number is None else known.get(number, _("another member"))
        for number in wanted
    }


def _named(member: Membership) -> str:
    if member.ended_on is None:
        return str(member.user)
    return _("%(name)s (has left)") % {"name": member.user}
