"""A fact as a row of the API: the names it may have, checked one by one; many rows in one call."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import SkipField, empty
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from accounts.api.errors import flat_errors
from accounts.api.parsing import refuse_unknown_fields
from accounts.errors import DomainError
from accounts.models import Client
from campaigns.facts.rows import Fault, Row
from campaigns.facts.upsert import SOURCE, Verdict

MOST_ROWS = 1000
SOURCE_NAME = r"^[a-z0-9][a-z0-9_.-]{0,39}\Z"
_REFUSED = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)
Upsert = Callable[[Client, Sequence[Row], str], list[Verdict]]


class Exists(DomainError):
    status = 409


class RowSerializer(serializers.Serializer[Any]):
    """A row in both directions. What it does not name stays as it is; null clears it."""

    #: Names that an answer has and a row may carry back, without any effect.
    ignored: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """As REST framework does it, but asking only the fields that the row names (and those that must
        be there): a row names a few of many, and there may be a thousand."""
        refuse_unknown_fields(data, self._known)
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)  # which says what it should be
        row: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, field, is_always in self._asked:
            if not (is_always or name in data):
                continue
            try:
                value = field.run_validation(data.get(name, empty))
            except ValidationError as error:
                errors[name] = error.detail
            except SkipField:
                pass
            else:
                row[name] = value
        if errors:
            raise ValidationError(errors)
        return row

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset((*self.fields, *self.ignored))

    @cached_property
    def _asked(self) -> list[tuple[str, Any, bool]]:
        """The fields that a row may name; whether each is asked even of a row that does not name it."""
        fields = [(str(field.field_name), field) for field in self._writable_fields]
        for _name, field in fields:  # the parser has refused these in the whole body
            field.validators = [each for each in field.validators if not isinstance(each, _REFUSED)]
        return [
            (name, field, field.required or field.default is not empty) for name, field in fields
        ]

    def run_validators(self, value: Any) -> None:
        """None of the whole row's: what does not hold of it is said where it is laid (facts)."""


class VerdictSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="The row's place in the call, from 0.")
    external_id = serializers.CharField(allow_null=True)
    verdict = serializers.ChoiceField(choices=["new", "changed", "same", "refused"])
    id = serializers.IntegerField(allow_null=True, help_text="Null if it was refused.")
    errors = inline_serializer(  # type: ignore[assignment]  # DRF's own attribute is set later
        "RowError",
        {
            "field": serializers.CharField(help_text="Empty: the row as a whole."),
            "code": serializers.CharField(),
            "message": serializers.CharField(),
        },
        many=True,
    )


class BulkAnswerSerializer(serializers.Serializer[Any]):
    counts = inline_serializer(
        "BulkCounts",
        {name: serializers.IntegerField() for name in ("new", "changed", "same", "refused")},
    )
    results = VerdictSerializer(many=True, help_text="One per row, in the order of the call.")


class SourceField(serializers.RegexField):
    def __init__(self) -> None:
        super().__init__(
            SOURCE_NAME,
            default=SOURCE,
            help_text="Where the rows come from; with `external_id` it identifies a fact.",
        )


def bulk_shape(name: str, row: type[RowSerializer], has_source: bool = True) -> Any:
    """The request of a bulk call, for the schema."""
    rows = serializers.ListField(child=row(), min_length=1, max_length=MOST_ROWS)
    return inline_serializer(
        name, {"source": SourceField(), "rows": rows} if has_source else {"rows": rows}
    )


def bulk_upsert(
    client: Client,
    rows: Sequence[Any],
    checker: RowSerializer,
    upsert: Upsert,
    source: str,
    is_atomic: bool,
) -> dict[str, Any]:
    """Check every row, write the good ones, and give a verdict on each.

    Raises DomainError for any refused row with is_atomic.
    """
    checked = [_checked(checker, row) for row in rows]
    good = [row for row in checked if isinstance(row, dict)]
    verdicts = iter(upsert(client, good, source))
    results = [
        _result(index, next(verdicts) if isinstance(row, dict) else None, row, raw)
        for index, (row, raw) in enumerate(zip(checked, rows, strict=True))
    ]
    counts = {
        name: sum(result["verdict"] == name for result in results)
        for name in ("new", "changed", "same", "refused")
    }
    document = {"counts": counts, "results": results}
    if is_atomic and counts["refused"]:
        raise DomainError(
            "rows_refused",
            _("%(count)d rows were refused, so nothing was written: see data.results.")
            % {"count": counts["refused"]},
            document,
        )
    return document


def one_upsert(
    client: Client, row: dict[str, Any], upsert: Upsert, source: str, must_be_new: bool = False
) -> Verdict:
    """Write one row. ValidationError if it is refused, Exists if it is not new."""
    verdict = upsert(client, [row], source)[0]
    if any(fault.code == "forbidden" for fault in verdict.faults):
        raise PermissionDenied("see_costs")
    if verdict.id is None:
        raise ValidationError(
            {fault.field: [ErrorDetail(str(fault.message), fault.code)] for fault in verdict.faults}
        )
    if must_be_new and verdict.verdict != "new":
        raise Exists(
            "exists",
            _("There is one with this external_id already. Change that one, or use bulk."),
            {"id": verdict.id},
        )
    return verdict


def source_of(data: Any) -> str:
    """The `source` of a body, checked."""
    return str(SourceField().run_validation(data.get("source", SOURCE)))


def rows_of_body(body: Any, has_source: bool = True) -> tuple[str, list[Any]]:
    """The source and the rows of a bulk call. Raises DomainError for a body of another shape."""
    if not isinstance(body, dict) or not isinstance(body.get("rows"), list):
        raise DomainError("bad_body", _('Send an object with a list of rows: {"rows": [{…}]}.'))
    known = {"rows", "source"} if has_source else {"rows"}
    unknown = sorted(name[:60] for name in set(body) - known)
    if unknown:
        raise DomainError(
            "unknown_field", _("There is no such field beside rows."), {"fields": unknown}
        )
    if not 1 <= len(body["rows"]) <= MOST_ROWS:
        raise DomainError(
            "bad_row_count",
            _("Send 1 to %(most)d rows, these are %(count)d.")
            % {"most": MOST_ROWS, "count": len(body["rows"])},
            {"most": MOST_ROWS, "count": len(body["rows"])},
        )
    try:
        return source_of(body), body["rows"]
    except ValidationError as error:
        raise ValidationError({"source": error.detail}) from error


def _checked(checker: RowSerializer, row: Any) -> dict[str, Any] | list[dict[str, str]]:
    """The row as the service takes it, or what is wrong with it."""
    try:
        found: dict[str, Any] = checker.run_validation(row)
        return found
    except ValidationError as error:
        return list(flat_errors(error.detail))


def _result(
    index: int, verdict: Verdict | None, errors: dict[str, Any] | list[dict[str, str]], raw: Any
) -> dict[str, Any]:
    if verdict is None:
        named = raw.get("external_id") if isinstance(raw, dict) else None
        external_id = named[:200] if isinstance(named, str) else None
        return {
            "index": index, "external_id": external_id, "verdict": "refused", "id": None,
            "errors": errors,
        }  # fmt: skip
    return {
        "index": index,
        "external_id": verdict.external_id,
        "verdict": verdict.verdict,
        "id": verdict.id,
        "errors": [_error(fault) for fault in verdict.faults],
    }


def _error(fault: Fault) -> dict[str, str]:
    return {"field": fault.field, "code": fault.code, "message": str(fault.message)}
