"""Slugs: the short names in URLs. Pure."""

from django.utils.text import slugify


def slug_candidates(name: str, fallback: str, longest: int = 60) -> list[str]:
    """Addresses to try for a name, in order: cafe-sol, cafe-sol-2, cafe-sol-3 …"""
    first = slugify(name)[: longest - 4].strip("-") or fallback
    return [first, *(f"{first}-{number}" for number in range(2, 100))]
