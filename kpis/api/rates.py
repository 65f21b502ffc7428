"""Exchange rates by API: read what is stored, and send many at once."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_whole_agency
from accounts.api.errors import flat_errors
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ApiView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from campaigns.api.facts import DayFilter
from campaigns.api.fields import CurrencyField, DayField
from kpis.formats import exact_text
from kpis.models import ExchangeRate
from kpis.rates.queries import rates_of
from kpis.rates.services import MANUAL, RateRow, rates_put

MOST_ROWS = 1000


class RateSerializer(serializers.Serializer[Any]):
    """One unit of `from` is worth `rate` of `to` on a day, in this direction only."""

    day = DayField()
    to = CurrencyField()
    rate = serializers.DecimalField(
        max_digits=30,
        decimal_places=18,
        allow_null=True,
        help_text="Exact; null takes back what stands for the day and direction.",
    )

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python, so it cannot be an attribute of a class."""
        fields = super().get_fields()
        return {"day": fields.pop("day"), "from": CurrencyField(), **fields}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        refuse_unknown_fields(data, set(self.fields))
        return super().to_internal_value(data)

    def validate_rate(self, rate: Decimal | None) -> Decimal | None:
        if rate is not None and rate <= 0:
            raise ValidationError(_("A rate is above zero."), "not_positive")
        return rate

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["from"] == attrs["to"]:
            raise ValidationError({"to": [_("Name two different currencies.")]}, "same_currency")
        return attrs

    def to_representation(self, rate: ExchangeRate) -> dict[str, Any]:
        return {
            "id": rate.pk,
            "day": rate.day,
            "from": rate.from_currency,
            "to": rate.to_currency,
            "rate": exact_text(rate.rate),
            "source": rate.source,
            "version": rate.version,
            "recorded_at": rate.recorded_at,
        }


class RateAnswerSerializer(RateSerializer):
    """A stored version of a rate; the highest version of a day and direction holds."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later
    version = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()


class RateFilter(filters.FilterSet):
    to = filters.CharFilter(field_name="to_currency")
    day_from = DayFilter(field_name="day", lookup_expr="gte")
    day_to = DayFilter(field_name="day", lookup_expr="lte")


RateFilter.base_filters["from"] = filters.CharFilter(field_name="from_currency")


class RateList(ApiView):
    capabilities = {"GET": "see_data"}
    serializer_class = RateSerializer
    shape = RateAnswerSerializer
    sorts = ("day",)
    queryset = QuerySet(ExchangeRate)  # names the model to the schema; what is read is below
    filterset_class = RateFilter
    ordering = ("day", "id")

    def get_queryset(self) -> Any:
        return rates_of(self.access.agency)

    @extend_schema(
        operation_id="rates_list",
        tags=["exchange rates"],
        responses=RateAnswerSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Every version of every stored rate, the latest day first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


RatesBody = inline_serializer(
    "RatesBody",
    {"rows": serializers.ListField(child=RateSerializer(), min_length=1, max_length=MOST_ROWS)},
)
RatesVerdicts = inline_serializer(
    "RatesVerdicts",
    {
        "verdicts": serializers.ListField(
            child=serializers.ChoiceField(choices=["new", "changed", "same"]),
            help_text="One per row, in the order of the call.",
        )
    },
)


class RateBulk(ApiView):
    capabilities = {"POST": "edit_data"}
    serializer_class = RateSerializer
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="rates_bulk",
        tags=["exchange rates"],
        request=RatesBody,
        responses=RatesVerdicts,
    )
    @honours_key
    def post(self, request: Request) -> Response:
        """Store up to 1000 rates, all or none; a correction is a further version.

        For keys of the whole agency. Sending the same rates again changes nothing.
        """
        house = access_whole_agency(self.access, "edit_data")
        body = request.data
        rows = body.get("rows") if isinstance(body, dict) else None
        if not isinstance(rows, list) or set(body) != {"rows"}:
            raise DomainError("bad_body", _('Send an object with a list of rows: {"rows": [{…}]}.'))
        if not 1 <= len(rows) <= MOST_ROWS:
            raise DomainError(
                "bad_row_count",
                _("Send 1 to %(most)d rows, these are %(count)d.")
                % {"most": MOST_ROWS, "count": len(rows)},
                {"most": MOST_ROWS, "count": len(rows)},
            )
        checked = [self._checked(index, row) for index, row in enumerate(rows)]
        if len({(row.day, row.code, row.to) for row in checked}) < len(checked):
            raise DomainError("row_twice", _("A day and direction is there twice."))
        verdicts = rates_put(house, checked, MANUAL, self.access.actor_id)
        return Response({"verdicts": verdicts})

    def _checked(self, index: int, row: Any) -> RateRow:
        try:
            data = self.get_serializer().run_validation(row)
        except ValidationError as error:
            raise DomainError(
                "rows_refused",
                REFUSED % {"row": index},
                {"index": index, "errors": list(flat_errors(error.detail))},
            ) from error
        return RateRow(data["day"], data["from"], data["to"], data["rate"])


REFUSED = gettext_lazy("Row %(row)d is refused, so nothing was written: see data.errors.")
