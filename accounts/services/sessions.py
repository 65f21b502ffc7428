"""Where a person is logged in, ended from our side."""

from allauth.usersessions.models import UserSession

from accounts.models import User


def sessions_end(user: User) -> int:
    """Log a person out everywhere, at once. How many sessions there were."""
    rows = list(UserSession.objects.filter(user_id=user.pk))
    for row in rows:
        row.end()
    return len(rows)
