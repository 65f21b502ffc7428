"""The numbers by API: the same question and the same answer as on the page, with exact decimals."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ClientView
from accounts.errors import DomainError
from campaigns.measures import DIMENSIONS
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import PRESETS, UNITS, Period, buckets
from kpis.catalogue import Kpi, Parameters
from kpis.chosen import keys_unless_named
from kpis.compare import DEFAULT, RULES, Comparison
from kpis.formats import exact_unit_text
from kpis.question import Answer, Question, QuestionInvalid, Row, question_from_params
from kpis.services import answer, calendar_of, last_complete_of

#: What a KPI's key looks like, built-in or a client's own.
KEY_PATTERN = "^[a-z][a-z0-9_]{0,59}$"


class ValueSerializer(serializers.Serializer[Any]):
    """A number in one of three states: a value, zero, or unknown (null, with the reason)."""

    value = serializers.CharField(
        allow_null=True, help_text="An exact decimal; money has at least its currency's decimals."
    )
    reason = serializers.CharField(allow_null=True, help_text="Why it is unknown; else null.")
    inputs = serializers.DictField(
        child=serializers.CharField(allow_null=True),
        help_text="The totals that it was computed from, as far as you may see them.",
    )
    state = serializers.ChoiceField(
        choices=["final", "provisional", "partial"],
        help_text="final: closed. provisional: may still change. partial: days are missing.",
    )


def span_fields(**options: Any) -> dict[str, Any]:
    """`from` is a word of Python, so it cannot be an attribute of a class."""
    return {
        "from": serializers.DateField(**options),
        "to": serializers.DateField(help_text="Included.", **options),
    }


def _values_field() -> serializers.DictField:
    return serializers.DictField(child=ValueSerializer(), help_text="By the KPI's key.")


def _as_of_field() -> serializers.DictField:
    return serializers.DictField(
        child=serializers.CharField(allow_null=True),
        required=False,
        help_text="Only with `as_of`: the moment as of which each KPI is read here. It is the one "
        "asked for where every day was closed by then; else that of the snapshot, and the state is "
        "provisional (or partial). Distinct counts and middle values have their present reading only.",
    )


RowShape = inline_serializer(
    "KpiRow",
    {
        "bucket": serializers.CharField(help_text="2018-01 for a month; empty without `by`."),
        **span_fields(),
        "split": serializers.CharField(
            allow_null=True, help_text="Null without `split`; an empty text is “not set”."
        ),
        "label": serializers.CharField(help_text="The split value's name for people."),
        "values": _values_field(),
        "small_sample": serializers.ListField(
            child=serializers.CharField(), help_text="KPIs of this row that stand on few cases."
        ),
        "as_of": _as_of_field(),
        "previous": inline_serializer(
            "KpiRowBefore",
            {**span_fields(), "values": _values_field(), "as_of": _as_of_field()},
            allow_null=True,
        ),
    },
    many=True,
)
AnswerShape = inline_serializer(
    "KpiAnswer",
    {
        "client": serializers.CharField(),
        "currency": serializers.CharField(),
        "time_zone": serializers.CharField(),
        "as_of": serializers.DateTimeField(
            allow_null=True, help_text="When the snapshot was last refreshed."
        ),
        "last_complete": serializers.DateField(help_text="Yesterday, in the client's time zone."),
        **span_fields(),
        "by": serializers.CharField(allow_null=True),
        "split": serializers.CharField(allow_null=True),
        "filters": serializers.DictField(
            child=serializers.ListField(child=serializers.CharField())
        ),
        "comparison": inline_serializer(
            "KpiComparison",
            {
                "rule": serializers.CharField(help_text="The rule that was really used."),
                **span_fields(allow_null=True),
            },
            allow_null=True,
        ),
        "parameters": inline_serializer(
            "KpiParameters",
            {
                "cost_basis": serializers.CharField(),
                "profit_basis": serializers.CharField(),
                "margin": serializers.CharField(allow_null=True),
                "window_days": serializers.IntegerField(),
            },
            help_text="The client's choices that change numbers.",
        ),
        "missing": inline_serializer(
            "KpiGap",
            {
                "family": serializers.CharField(),
                "source": serializers.CharField(help_text="Empty: nothing delivers this family."),
                **span_fields(),
            },
            many=True,
            help_text="Days that some source has not delivered.",
        ),
        "rows": RowShape,
    },
)

#: KPIs times points that may be asked for with a split.
MOST_CELLS = 5000

EXAMPLE: dict[str, Any] = {
    "client": "bodega",
    "currency": "EUR",
    "time_zone": "Europe/Madrid",
    "as_of": "2018-04-02T00:00:12Z",
    "last_complete": "2018-04-01",
    "from": "2018-01-01",
    "to": "2018-01-31",
    "by": "month",
    "split": "channel",
    "filters": {},
    "comparison": None,
    "parameters": {
        "cost_basis": "media", "profit_basis": "revenue", "margin": None, "window_days": 90,
    },
    "missing": [],
    "rows": [
        {
            "bucket": "2018-01",
            "from": "2018-01-01",
            "to": "2018-01-31",
            "split": "paid_search",
            "label": "Paid Search",
            "values": {
                "cpl": {
                    "value": "25.00",
                    "reason": None,
                    "inputs": {"ad_spend": "1250.00", "leads": "50"},
                    "state": "final",
                }
            },
            "small_sample": [],
            "previous": None,
        }
    ],
}  # fmt: skip


def _query(name: str, text: str, shape: Any = str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, shape, "query", description=text, **options)


def _listed(name: str, text: str, items: Any, **options: Any) -> OpenApiParameter:
    """Values separated by commas."""
    shape = {"type": "array", "items": items, "minItems": 1}
    return _query(name, text, shape, style="form", explode=False, **options)


PARAMETERS = [
    _listed(
        "keys",
        "KPIs of the catalogue (GET /api/v1/kpis) or of the client's own. "
        "Without any: those that were chosen for the client's dashboard.",
        {"type": "string", "pattern": KEY_PATTERN},
    ),
    _query("period", "A named period; wins over from and to.", enum=list(PRESETS)),
    _query("from", "First day. Without any period: the last 30 days.", OpenApiTypes.DATE),
    _query("to", "Last day, included.", OpenApiTypes.DATE),
    _query("by", "Cut the period into these.", enum=list(UNITS)),
    _query("split", "One row per value of this dimension.", enum=list(DIMENSIONS)),
    _query("compare", "Compare with a like-for-like period.", enum=[DEFAULT, *RULES]),
    _query(
        "as_of",
        "Read closed days as they were: a date (the end of that day in the client's time zone), an "
        "instant with its offset, or first_reported. Splits and filters: channel and campaign only.",
    ),
    *(
        _listed(name, f"Only these values of {name}.", {"type": "string", "minLength": 1})
        for name in DIMENSIONS
    ),
]


class KpiValues(ClientView):
    capabilities = {"GET": "see_numbers"}
    parameters = frozenset(
        ("keys", "period", "from", "to", "by", "split", "compare", "as_of", *DIMENSIONS)
    )
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="kpi_values",
        tags=["KPIs"],
        parameters=PARAMETERS,
        responses=AnswerShape,
        examples=[OpenApiExample("Cost per lead by channel", value=EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, client: str) -> Response:
        """KPI values per bucket of time and per value of a dimension.

        Each row holds every KPI asked for. Ratios are ratios of sums, computed once per row; rows
        must not be added up or averaged. With a split, KPIs times points may be at most 5000.
        """
        try:
            book = book_of(self.client)
            question = question_from_params(
                request.query_params,
                book,
                last_complete_of(self.client),
                calendar_of(self.client),
                keys_unless_named(request.query_params, self.client, book),
            )
        except QuestionInvalid as error:
            raise DomainError(error.code, error.message, error.data) from error
        self._refuse_too_much(question)
        found = answer(self.client, question, self.access.can("see_costs"))
        return Response(answer_document(self.client.slug, found))

    def _refuse_too_much(self, question: Question) -> None:
        """A split multiplies what is asked by as many values as the dimension has: bound the rest."""
        if question.split is None or question.by is None:
            return
        cells = len(question.keys) * len(
            buckets(question.period, question.by, calendar_of(self.client))
        )
        if cells > MOST_CELLS:
            raise DomainError(
                "too_many_values",
                _("With a split, ask for at most %(most)d KPIs times points; these are %(count)d.")
                % {"most": MOST_CELLS, "count": cells},
                {"most": MOST_CELLS, "count": cells},
            )


def answer_document(slug: str, found: Answer) -> dict[str, Any]:
    """An answer as JSON."""
    kpis = found.kpis.values()
    units = input_units(kpis, found.parameters)
    asked = found.question
    return {
        "client": slug,
        "currency": found.currency,
        "time_zone": found.time_zone,
        "as_of": found.as_of,
        "last_complete": found.last_complete,
        **_span(asked.period),
        "by": asked.by,
        "split": asked.split,
        "filters": {name: list(values) for name, values in asked.filters.items()},
        "comparison": _comparison(found.comparison),
        "parameters": {
            "cost_basis": found.parameters.cost_basis,
            "profit_basis": found.parameters.profit_basis,
            "margin": exact_unit_text(found.parameters.margin, "ratio"),
            "window_days": found.parameters.window_days,
        },
        "missing": _missing(found.rows),
        "rows": [_row(row, found, units) for row in found.rows],
    }


def input_units(kpis: Iterable[Kpi], parameters: Parameters) -> dict[str, str]:
    """The unit of every input of these KPIs, by its name under these parameters."""
    return {atom.text: atom.measure.unit for kpi in kpis for atom in kpi.atoms(parameters)}


def _span(period: Period | None) -> dict[str, Any]:
    return {"from": period.first if period else None, "to": period.last if period else None}


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    return None if comparison is None else {"rule": comparison.rule, **_span(comparison.period)}


def _missing(rows: Iterable[Row]) -> list[dict[str, Any]]:
    gaps = {gap: None for row in rows for value in row.values.values() for gap in value.missing}
    return [
        {"family": gap.family, "source": gap.source, "from": gap.first, "to": gap.last}
        for gap in sorted(gaps, key=lambda gap: (gap.family, gap.source, gap.first, gap.last))
    ]


def _as_of(found: Answer, keys: Iterable[str], read_back: frozenset[str]) -> dict[str, Any]:
    asked = found.question.as_of
    if asked is None:
        return {}
    then = asked.at or asked.text
    return {"as_of": {key: then if key in read_back else found.as_of for key in keys}}


def _row(row: Row, found: Answer, units: Mapping[str, str]) -> dict[str, Any]:
    previous = None
    if row.previous is not None:
        values = _values(row.previous, found, units)
        previous = {
            **_span(row.previous_bucket),
            "values": values,
            **_as_of(found, row.previous, row.previous_read_back),
        }
    return {
        "bucket": row.bucket_key,
        **_span(row.bucket),
        "split": row.split,
        "label": row.label,
        "values": _values(row.values, found, units),
        "small_sample": [key for key, value in row.values.items() if value.is_small_sample],
        **_as_of(found, row.values, row.read_back),
        "previous": previous,
    }


def _values(
    values: Mapping[str, Value], found: Answer, units: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    return {
        key: value_document(found.kpis[key], value, units, found.currency)
        for key, value in values.items()
    }


def value_document(
    kpi: Kpi, value: Value, units: Mapping[str, str], currency: str
) -> dict[str, Any]:
    """One value as JSON. units: the unit of each input by its name."""
    return {
        "value": exact_unit_text(value.value, kpi.unit, currency),
        "reason": value.reason,
        "inputs": {
            name: exact_unit_text(total, units.get(name, "count"), currency)
            for name, total in value.inputs.items()
        },
        "state": value.state,
    }
