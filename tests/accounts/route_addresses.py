"""The routes of the house and where their rows on the stage (route_stage) are found."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

#: What an address needs besides itself.
QUERY = {
    "numbers_csv": "?keys=leads",
    "api:kpi_values": "?keys=leads",
    "api:restatements": "?key=leads",
    "api:explanations": "?key=leads",
}
#: What an address's key names, by the beginning of its route; else a KPI of the catalogue.
KEYS = {
    "own_kpi": "custom_all", "own_measure": "own_all", "own_values": "own_mine",
    "client_kpi": "custom_mine", "client_measure": "own_mine",
}  # fmt: skip
#: Of the stage's invitation.
SECRET = "a-secret-of-43-characters-a-secret-of-43-ch"


def routes(
    patterns: Any = None, namespace: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """The names of all routes with the parts of their addresses; not the admin's nor allauth's."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        parts = above | frozenset(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin" and str(pattern.pattern) != "accounts/":
                yield from routes(pattern.url_patterns, pattern.namespace or namespace, parts)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name), parts


def address_of(route: str, numbers: dict[str, int]) -> str:
    """Where the row of the stage that a route is about is found."""
    number = numbers.get(
        "goal_template"
        if "goal_template" in route
        else "template"
        if "kpi_template" in route
        else route.removeprefix("api:").partition("_")[0]
    )
    known: dict[str, Any] = {
        "agency": "aurora",
        "house": "aurora",
        "client": "bodega",
        "number": number,
        "pk": number,
        "name": "leads",  # of a sample file
        "secret": SECRET,
        "key": next((key for name, key in KEYS.items() if route.startswith(name)), "leads"),
        "application": "none",
        "delivery": numbers["delivery"],
    }
    parts = dict(routes())[route]
    return reverse(route, kwargs={name: known[name] for name in parts}) + QUERY.get(route, "")
