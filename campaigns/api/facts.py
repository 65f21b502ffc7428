"""The endpoints of a kind of fact: list and create; one, change and remove; many at once."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, ClassVar, NamedTuple, cast

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from accounts.models import Client
from campaigns.api.rows import (
    BulkAnswerSerializer,
    RowSerializer,
    bulk_shape,
    bulk_upsert,
    one_upsert,
    rows_of_body,
    source_of,
)
from campaigns.facts.rows import Row
from campaigns.facts.upsert import REASON, SOURCE, Kind, Verdict, upsert
from campaigns.records.services import records_remove

WITH_HANGING = OpenApiParameter(
    "with_hanging",
    bool,
    "query",
    description="true: what hangs on it is removed too. Else nothing is: 409 `in_use`.",
    default=False,
)
IN_USE = "What facts still name stays: 409 `in_use`, with how many of each kind in `data.hanging`."
ATOMIC = OpenApiParameter(
    "atomic",
    bool,
    "query",
    description="true: one refused row refuses the call, and nothing is written (400). "
    "Else the good rows are written, and the answer says which ones were not.",
    default=False,
)


class DayFilter(filters.DateFilter):
    """A date as the API writes it, whatever the language's own way is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class FactView(ClientView):
    """What list, detail and bulk of one kind share; a kind of fact is a subclass that fills it in."""

    kind: ClassVar[Kind]
    word: ClassVar[str]  # as in addresses
    one: ClassVar[str]  # "a lead", for sentences
    many: ClassVar[str]
    sees: ClassVar[str] = "see_data"
    edits: ClassVar[str] = "edit_data"
    shape: ClassVar[Any]  # a fact as it is answered
    sorts: ClassVar[tuple[str, ...]] = ("updated_at",)
    narrowed_by: ClassVar[type[filters.FilterSet]]
    order: ClassVar[str] = "the newest first"
    #: What goes along when one is removed, or keeps it.
    goes: ClassVar[str] = "In the portal it can be brought back."
    #: Whether the caller may say that what hangs on it goes along.
    takes_along: ClassVar[bool] = False
    example: ClassVar[tuple[str, dict[str, Any]]]  # of a bulk call: its name and its body

    def get_queryset(self) -> Any:
        raise NotImplementedError

    def upsert(
        self, client: Client, rows: Sequence[Row], source: str, is_new_likely: bool = False
    ) -> list[Verdict]:
        return upsert(self.kind, client, rows, source, is_new_likely=is_new_likely)

    def is_whole(self, fact: Any) -> bool:
        """Whether a fact that was just made can be answered without reading it again."""
        return False

    @property
    def checker(self) -> RowSerializer:
        return _checker_of(cast(Any, self.serializer_class))

    def found(self, pk: int) -> Any:
        return get_object_or_404(self.get_queryset(), pk=pk)

    def body(self) -> dict[str, Any]:
        data = self.request.data
        if not isinstance(data, dict):
            raise DomainError("bad_body", _("Send one JSON object."))
        return data

    def listed(self) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.documents(rows))

    def documents(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        """Facts as they are answered."""
        context = {**self.get_serializer_context(), **self.beside(rows)}
        writer = cast(Any, self.serializer_class)(context=context)
        return [writer.to_representation(row) for row in rows]

    def beside(self, rows: Sequence[Any]) -> dict[str, Any]:
        """What the documents of these rows need that is not in their own queryset."""
        return {}

    def shown(self, pk: int, status: int = 200) -> Response:
        return Response(self.documents([self.found(pk)])[0], status=status)

    def created(self) -> Response:
        data = dict(self.body())
        source = _checked_source(data) if self.kind.has_source else SOURCE
        row = self.checker.run_validation(data)
        made = self._written(row, source, must_be_new=True)
        if self.is_whole(made.fact):
            return Response(self.documents([made.fact])[0], status=201)
        return self.shown(cast(int, made.id), status=201)

    def changed(self, fact: Any) -> Response:
        """Lay the body over the fact; what identifies it cannot be changed."""
        data = self.body()
        of_source = ("source",) if self.kind.has_source else ()
        for name in (*of_source, *self.kind.identity):
            if data.get(name, getattr(fact, name)) != getattr(fact, name):
                raise ValidationError(
                    {name: [ErrorDetail(_("This identifies it and cannot be changed."), "fixed")]}
                )
        rest = {name: value for name, value in data.items() if name not in of_source}
        named = {name: getattr(fact, name) for name in self.kind.identity}
        row = self.checker.run_validation({**rest, **named})
        written = self._written(row, fact.source if self.kind.has_source else SOURCE)
        return self.shown(cast(int, written.id))

    def removed(self, fact: Any) -> Response:
        """Remove a fact with what belongs to it: an act, which can be undone in the portal."""
        self.remove(fact)
        return Response(status=204)

    def remove(self, fact: Any) -> None:
        records_remove(
            self.word,
            self.client,
            [fact.pk],
            self.access.membership,
            with_hanging=self._switch("with_hanging"),
            reason=REASON,
        )

    def _switch(self, name: str) -> bool:
        """A query parameter that is true or false; unsaid, false."""
        said = self.request.query_params.get(name, "false")
        if said not in ("true", "false"):
            raise DomainError(f"bad_{name}", _("%(name)s is true or false.") % {"name": name})
        return said == "true"

    def _written(self, row: dict[str, Any], source: str, must_be_new: bool = False) -> Verdict:
        write = partial(self.upsert, is_new_likely=must_be_new)
        return one_upsert(self.client, row, write, source, must_be_new)

    def bulk(self, request: Request) -> Response:
        is_atomic = self._switch("atomic")
        source, rows = rows_of_body(request.data, self.kind.has_source)
        document = bulk_upsert(
            self.client, rows, self.checker, self.upsert, source, is_atomic=is_atomic
        )
        return Response(document)


class Endpoints(NamedTuple):
    """The three views of a kind of fact."""

    list: Any
    detail: Any
    bulk: Any


def endpoints(kind: type[FactView]) -> Endpoints:
    """The views at <word>/, <word>/<id>/ and <word>/bulk/, described in the schema."""
    return Endpoints(_list_of(kind), _detail_of(kind), _bulk_of(kind))


def _described(kind: type[FactView], what: str, text: str, **more: Any) -> Any:
    name = f"{kind.word.replace('-', '_')}_{what}"
    return extend_schema(
        operation_id=name, tags=[kind.word.replace("-", " ")], description=text, **more
    )


def _list_of(kind: type[FactView]) -> type[FactView]:
    class List(kind):  # type: ignore[misc, valid-type]
        capabilities = {"GET": kind.sees, "POST": kind.edits}
        filterset_class = kind.narrowed_by

        @_described(kind, "list", f"{kind.many}, {kind.order}.", responses=kind.shape(many=True))
        def get(self, request: Request, client: str) -> Response:
            return self.listed()

        @_described(
            kind,
            "create",
            f"Create {kind.one}. If its `external_id` is known already: 409.",
            responses={201: kind.shape},
        )
        @honours_key
        def post(self, request: Request, client: str) -> Response:
            return self.created()

    return List


def _detail_of(kind: type[FactView]) -> type[FactView]:
    class Detail(kind):  # type: ignore[misc, valid-type]
        capabilities = {"GET": kind.sees, "PATCH": kind.edits, "DELETE": kind.edits}
        pagination_class = None

        @property
        def parameters(self) -> frozenset[str]:
            is_asked = kind.takes_along and self.request.method == "DELETE"
            return frozenset(("with_hanging",) if is_asked else ())

        @_described(kind, "detail", f"{kind.one.capitalize()}.", responses=kind.shape)
        def get(self, request: Request, client: str, pk: int) -> Response:
            return self.shown(pk)

        @_described(
            kind, "change", "Change what the body names; the rest stays.", responses=kind.shape
        )
        @honours_key
        def patch(self, request: Request, client: str, pk: int) -> Response:
            return self.changed(self.found(pk))

        @_described(
            kind,
            "remove",
            f"Remove {kind.one}. {kind.goes}",
            responses={204: None},
            parameters=[WITH_HANGING] if kind.takes_along else [],
        )
        @honours_key
        def delete(self, request: Request, client: str, pk: int) -> Response:
            return self.removed(self.found(pk))

    return Detail


def _bulk_of(kind: type[FactView]) -> type[FactView]:
    name = "".join(part.capitalize() for part in kind.word.split("-"))
    title, body = kind.example

    class Bulk(kind):  # type: ignore[misc, valid-type]
        parameters = frozenset(("atomic",))
        capabilities = {"POST": kind.edits}
        pagination_class = None

        @_described(
            kind,
            "bulk",
            f"Create or change up to 1000 {kind.many.lower()} by `external_id`, with a verdict on"
            " each row.",
            parameters=[ATOMIC],
            request=bulk_shape(
                f"{name}Bulk", cast(Any, kind.serializer_class), kind.kind.has_source
            ),
            responses={200: BulkAnswerSerializer},
            examples=[OpenApiExample(title, value=body, request_only=True)],
        )
        @honours_key
        def post(self, request: Request, client: str) -> Response:
            return self.bulk(request)

    return Bulk


@cache
def _checker_of(serializer: type[RowSerializer]) -> RowSerializer:
    """It keeps nothing of what it checks, and making its fields anew costs more than a row."""
    return serializer()


def _checked_source(data: dict[str, Any]) -> str:
    try:
        source = source_of(data)
    except ValidationError as error:
        raise ValidationError({"source": error.detail}) from error
    data.pop("source", None)
    return source
