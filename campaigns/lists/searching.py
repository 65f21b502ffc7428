"""What a search looks through: the words of a row, or of the rows it belongs to."""

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q

from accounts.models import Client
from campaigns.lists.declared import Search


def begin(words: list[str]) -> Q:
    """Every word begins one of the row's. They are letters and digits, so LIKE takes them as they are."""
    return reduce(and_, (Q(words__contains=f" {word}") for word in words))


def own_words(client: Client, words: list[str]) -> Q:
    return begin(words)


def words_of(*parents: tuple[str, Any], own: bool = True) -> Search:
    """In the row's own words or, by (column, model), in those of a row that it names."""

    def search(client: Client, words: list[str]) -> Q:
        found = begin(words) if own else Q(pk__in=())
        for column, model in parents:
            named = model.objects.filter(begin(words), agency_id=client.agency_id, client=client)
            found |= Q(**{f"{column}__in": named.values("pk")})
        return found

    return search
