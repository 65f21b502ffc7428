"""Why a KPI moved, by API: the same explanation as on the page, with exact numbers."""

from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ClientView
from accounts.errors import DomainError
from accounts.models import Client
from campaigns.measures import DIMENSIONS
from kpis.api.values import span_fields
from kpis.book import Book, book_of
from kpis.calendar import PRESETS
from kpis.catalogue import Kpi
from kpis.catalogue.kpi import DEFAULTS
from kpis.compare import DEFAULT, NONE, RULES
from kpis.explain import trees_of
from kpis.explaining import FACTORS, ExplainedRow, Explanation, explanation
from kpis.formats import exact_text
from kpis.pages.reader import Reader
from kpis.pages.why import ways_of
from kpis.pages.why_names import Names, formula_names, row_name
from kpis.pages.why_sentence import NOTE, sentence
from kpis.question import Question, QuestionInvalid, question_from_params
from kpis.services import calendar_of, last_complete_of


def _number(help_text: str = "") -> serializers.CharField:
    return serializers.CharField(allow_null=True, help_text=help_text)


RowShape = inline_serializer(
    "ExplainedRow",
    {
        "kind": serializers.ChoiceField(
            choices=["segment", "rest", "alone", "factor", "term"],
            help_text="rest: the smallest segments, joined. alone: a numerator without a "
            "denominator, such as spend without leads.",
        ),
        "key": serializers.CharField(help_text="The segment's value; empty: not set."),
        "name": serializers.CharField(),
        "before": _number("Its own value then: a segment's, a factor's or a term's."),
        "after": _number(),
        "share_before": _number("Of a ratio: the segment's share of the whole denominator."),
        "share_after": _number(),
        "mix": _number("What its share adds to the change."),
        "rate": _number("What its own value adds to the change."),
        "effect": _number("What it adds to the change, in all; null where nothing adds up."),
        "members": serializers.ListField(
            child=serializers.CharField(), help_text="Of a line `alone`: the segments in it."
        ),
    },
    many=True,
)
ExplanationShape = inline_serializer(
    "Explanation",
    {
        "client": serializers.CharField(),
        "key": serializers.CharField(),
        "currency": serializers.CharField(),
        **span_fields(),
        "comparison": inline_serializer(
            "ExplainedComparison",
            {
                "rule": serializers.CharField(help_text="The rule that was really used."),
                **span_fields(allow_null=True),
            },
            allow_null=True,
        ),
        "by": serializers.CharField(),
        "kind": serializers.CharField(
            help_text="ratio, sum, factors, terms; apart: figures side by side that do not add up; "
            "none: no explanation."
        ),
        "method": serializers.CharField(
            help_text="mix_rate, contribution, lmdi or shapley; empty without an explanation."
        ),
        "before": _number("The KPI in the period compared with."),
        "after": _number("The KPI in the period asked for."),
        "change": _number("after − before: what the effects of the rows add up to."),
        "obstacle": serializers.CharField(
            allow_null=True, help_text="Why there is no explanation, as a code; else null."
        ),
        "sentence": serializers.CharField(help_text="The same in words; or why there is none."),
        "note": serializers.CharField(help_text="What this does not say."),
        "joined": serializers.IntegerField(help_text="How many segments are in the rest."),
        "rows": RowShape,
        "ways": serializers.ListField(
            child=serializers.CharField(), help_text="What else `by` may be for this KPI."
        ),
    },
)

EXAMPLE = {
    "client": "bodega",
    "key": "cpl",
    "currency": "EUR",
    "from": "2026-03-01",
    "to": "2026-03-31",
    "comparison": {"rule": "previous", "from": "2026-02-01", "to": "2026-02-28"},
    "by": "channel",
    "kind": "ratio",
    "method": "mix_rate",
    "before": "10",
    "after": "16.25",
    "change": "6.25",
    "obstacle": None,
    "sentence": "CPL rose €6.25: €6.25 because the segments themselves changed.",
    "note": "This takes the change apart by arithmetic. It does not say what caused it.",
    "joined": 0,
    "rows": [
        {
            "kind": "segment", "key": "paid_search", "name": "Paid Search",
            "before": "10", "after": "16.25", "share_before": "1", "share_after": "1",
            "mix": "0", "rate": "6.25", "effect": "6.25", "members": [],
        }
    ],
    "ways": ["factors", "factors-clicks", "campaign", "channel"],
}  # fmt: skip


def _query(name: str, text: str, shape: Any = str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, shape, "query", description=text, **options)


PARAMETERS = [
    _query("key", "The KPI.", required=True),
    _query("period", "A named period; wins over from and to.", enum=list(PRESETS)),
    _query("from", "First day. Without any period: the last 30 days.", OpenApiTypes.DATE),
    _query("to", "Last day, included.", OpenApiTypes.DATE),
    _query(
        "compare",
        "The like-for-like period to compare with.",
        enum=[DEFAULT, *(rule for rule in RULES if rule != NONE)],
    ),
    _query(
        "by",
        "A dimension, `factors`, or one tree of the KPI's factors (`factors-clicks`). Without it: "
        "factors where there are some, else channels.",
        {"type": "string", "pattern": r"^[a-z_]+(-[a-z]+)?$"},
    ),
    *(
        _query(
            name,
            f"Only these values of {name}.",
            {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            style="form",
            explode=False,
        )
        for name in DIMENSIONS
    ),
]


class Explanations(ClientView):
    capabilities = {"GET": "see_numbers"}
    parameters = frozenset(("key", "period", "from", "to", "compare", "by", *DIMENSIONS))
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="explanations",
        tags=["KPIs"],
        parameters=PARAMETERS,
        responses=ExplanationShape,
        examples=[OpenApiExample("Cost per lead by channel", value=EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, client: str) -> Response:
        """Why a KPI moved between two periods: by segment or by factor, to the last digit.

        The effects of the rows add up to the change. It is arithmetic, not a cause. What cannot be
        taken apart (people, middle values) answers with figures side by side and the reason.
        """
        book = book_of(self.client)
        question = self._question(request, book)
        found = explanation(
            self.client, question, self._by(request, book[question.keys[0]]),
            self.access.can("see_costs"),
        )  # fmt: skip
        return Response(explanation_document(self.client, found, book))

    def _question(self, request: Request, book: Book) -> Question:
        params = request.query_params.copy()
        key = params.get("key", "")
        if key not in book:
            raise DomainError(
                "unknown_kpi", _("There is no KPI called %(key)s.") % {"key": key[:60]},
                {"keys": [key[:60]]},
            )  # fmt: skip
        params["keys"] = key
        params.pop("by", None)
        try:
            return question_from_params(
                params, book, last_complete_of(self.client), calendar_of(self.client)
            )
        except QuestionInvalid as error:
            raise DomainError(error.code, error.message, error.data) from error

    def _by(self, request: Request, kpi: Kpi) -> str:
        by = request.query_params.get("by", "")
        known = (
            "",
            FACTORS,
            *(f"{FACTORS}-{tree.code}" for tree in trees_of(kpi, DEFAULTS)),
            *DIMENSIONS,
        )
        if by not in known:
            raise DomainError(
                "unknown_by",
                _("%(name)s may be one of: %(known)s.")
                % {"name": "by", "known": ", ".join(known[1:])},
                {"by": by[:60], "known": list(known[1:])},
            )
        return by


def explanation_document(client: Client, found: Explanation, book: Book) -> dict[str, Any]:
    """An explanation as JSON."""
    asked, compared = found.reply.question, found.reply.comparison
    names = formula_names(book, found.reply.parameters)
    reader = Reader.of(
        get_language() or "en", [client.time_zone], client.currency, calendar_of(client)
    )
    return {
        "client": client.slug,
        "key": found.kpi.key,
        "currency": found.reply.currency,
        "from": asked.period.first,
        "to": asked.period.last,
        "comparison": compared
        and {
            "rule": compared.rule,
            "from": compared.period.first if compared.period else None,
            "to": compared.period.last if compared.period else None,
        },
        "by": found.by,
        "kind": found.kind,
        "method": found.method,
        "before": exact_text(found.before),
        "after": exact_text(found.after),
        "change": exact_text(found.change),
        "obstacle": found.obstacle or None,
        "sentence": sentence(found, reader, names),
        "note": str(NOTE),
        "joined": found.joined,
        "rows": [_row(found, row, names) for row in found.rows],
        "ways": [offer.value for offer in ways_of(found)],
    }


def _row(found: Explanation, row: ExplainedRow, names: Names) -> dict[str, Any]:
    numbers: dict[str, Fraction | None] = {
        "before": row.before,
        "after": row.after,
        "share_before": row.share_before,
        "share_after": row.share_after,
        "mix": row.mix,
        "rate": row.rate,
        "effect": row.effect,
    }
    return {
        "kind": row.kind,
        "key": row.key,
        "name": row_name(found, row, names),
        **{name: exact_text(number) for name, number in numbers.items()},
        "members": list(row.members),
    }
