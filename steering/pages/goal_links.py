"""Addresses of the portfolio by goals, of which a page has thousands."""

from dataclasses import dataclass, fields

from django.urls import reverse

#: Stand in an address for what is filled in.
CLIENT, GOAL = "the-client", 0


@dataclass(frozen=True)
class Links:
    """Addresses of the board, asked for once and filled in a thousand times."""

    goals: str
    goal: str
    review: str
    incidents: str
    plan: str

    @classmethod
    def of(cls, agency_slug: str) -> "Links":
        """With `{client}` and `{goal}` for what differs."""
        return cls(
            *(
                reverse(name, args=[agency_slug, CLIENT, *number])
                .replace(f"/c/{CLIENT}/", "/c/{client}/")
                .replace(f"/goals/{GOAL}/", "/goals/{goal}/")
                for name, number in (
                    ("goals", ()),
                    ("goal_detail", (GOAL,)),
                    ("goal_review", (GOAL,)),
                    ("incidents", ()),
                    ("plan", ()),
                )
            )
        )

    def at(self, client: str) -> "Links":
        """The same for one client; a goal's still with `{goal}`."""
        return Links(
            *(getattr(self, each.name).replace("{client}", client) for each in fields(self))
        )
