"""What hangs on a row: the rows that name it, of any app. Parents of facts are never removed under them."""

from collections.abc import Iterable, Mapping
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Q
from django.utils.translation import gettext as _

from accounts.models import Client, ClientModel
from campaigns.records.errors import RecordConflict
from campaigns.records.kinds import kind_of


def hanging_on(
    client: Client,
    model: Any,
    ids: Iterable[int],
    without: Iterable[Any] = (),
) -> dict[str, int]:
    """How many rows name these, by kind (or table): {"leads": 3}.

    without: models that are not asked.

    The rows themselves are locked first, by the caller: whoever writes a reference holds its target,
    so what is counted afterwards is all there is.
    """
    wanted, found = list(ids), {}
    asked = {child: columns for child, columns in _children(model).items() if child not in without}
    for child, columns in asked.items() if wanted else ():
        named = reduce(or_, (Q(**{f"{column}__in": wanted}) for column in columns))
        mine = child.objects.filter(agency_id=client.agency_id, client=client)
        count = mine.filter(named).count()
        if count:
            found[_word(child)] = count
    return found


def refuse_hanging(hanging: Mapping[str, int], advice: str) -> None:
    """Raises RecordConflict that names what hangs on the rows, with counts, and says what to do."""
    if hanging:
        things = ", ".join(f"{count} {said(key)}" for key, count in hanging.items())
        message = _("It cannot be removed: %(things)s name it. %(advice)s")
        raise RecordConflict(
            "in_use", message % {"things": things, "advice": advice}, {"hanging": dict(hanging)}
        )


def said(key: str) -> str:
    """A kind or table in words, as rows that hang on something: '3 leads'."""
    model = _models_by_word()[key]
    kind = kind_of(model)
    return str(kind.names if kind else model.called or model._meta.verbose_name_plural)


@cache
def _children(model: Any) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for child in apps.get_models():
        if issubclass(child, ClientModel):
            for field in child._meta.concrete_fields:
                if isinstance(field, ForeignKey) and field.related_model is model:
                    found.setdefault(child, []).append(field.attname)
    return found


def _word(model: Any) -> str:
    kind = kind_of(model)
    return kind.key if kind else str(model._meta.model_name)


@cache
def _models_by_word() -> dict[str, Any]:
    return {_word(model): model for model in apps.get_models() if issubclass(model, ClientModel)}
