"""What customers are worth, by API: so far, by cohort, chained, and expected."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.models import Client
from campaigns.models import Customer
from kpis.customer_value.queries import customers_named, newest_models, top_customers
from kpis.customer_value.services import value_model_queue
from kpis.customer_value.worth import Worth, worth_of
from kpis.formats import exact_text, exact_unit_text
from kpis.models import FitState, ValueModel
from kpis.value.horizon import MONTHLY_DISCOUNT


def _text(help_text: str = "", **options: Any) -> serializers.CharField:
    return serializers.CharField(help_text=help_text, **options)


def _maybe(help_text: str = "") -> serializers.CharField:
    return _text(help_text, allow_null=True)


CohortShape = inline_serializer(
    "Cohort",
    {
        "month": serializers.DateField(help_text="The first day of the month of the first sales."),
        "customers": serializers.IntegerField(),
        "values": serializers.ListField(
            child=serializers.CharField(),
            help_text="What they had left by the end of each calendar month, 0 being their first.",
        ),
        "active": serializers.ListField(
            child=serializers.IntegerField(),
            help_text="Who of them bought in each of these months.",
        ),
    },
    many=True,
)
AgeShape = inline_serializer(
    "CohortAge",
    {
        "age": serializers.IntegerField(help_text="Calendar months since that of the first sale."),
        "increment": _text("What this month adds per customer, over the cohorts that reached it."),
        "value": _text("The increments up to here, added up."),
        "customers": serializers.IntegerField(),
        "cohorts": serializers.IntegerField(),
    },
    many=True,
)
GateShape = inline_serializer(
    "ValueGate",
    {
        "code": _text(
            "buyers, days, recent, frequent, no_contracts, convertible, independent, converged"
        ),
        "is_met": serializers.BooleanField(),
        "found": serializers.FloatField(allow_null=True),
        "needed": serializers.FloatField(),
    },
    many=True,
)
BuyerShape = inline_serializer(
    "ExpectedCustomer",
    {
        "customer": _maybe("The client's own id of it; null without the right to see persons."),
        "name": _maybe(),
        "repeats": serializers.IntegerField(help_text="Days with a purchase after the first."),
        "days_since": serializers.IntegerField(),
        "alive": _text("The probability that it still buys."),
        "purchases": _text(),
        "mean_purchase": _maybe(),
        "value": _maybe(),
    },
    many=True,
)
ExpectedShape = inline_serializer(
    "ExpectedValue",
    {
        "months": serializers.IntegerField(),
        "discount": _text("By which a later month counts for less, per month."),
        "customers": serializers.IntegerField(),
        "alive": _text("Customers expected to be still buying."),
        "purchases": _text(),
        "revenue": _maybe("Not discounted."),
        "value": _maybe("Discounted, on `basis`."),
        "new_customer_purchases": _text("Of a new customer, after the first."),
        "mean_purchase": _maybe(),
        "top": BuyerShape,
    },
    allow_null=True,
)
ModelShape = inline_serializer(
    "ValueModel",
    {
        "state": _text("done, gated (a gate is not met) or failed"),
        "error": _text("gave_up, no_scipy or empty"),
        "as_of": serializers.DateField(allow_null=True),
        "finished_at": serializers.DateTimeField(allow_null=True),
        "seconds": serializers.FloatField(allow_null=True),
        "basis": _text("margin or revenue"),
        "gates": GateShape,
        "parameters": serializers.DictField(
            child=serializers.FloatField(),
            help_text="r, alpha, a, b of BG/NBD, per week; p, q, gamma of Gamma-Gamma.",
        ),
        "log_likelihood": serializers.FloatField(allow_null=True),
        "spending_log_likelihood": serializers.FloatField(allow_null=True),
        "expected": ExpectedShape,
    },
    allow_null=True,
    help_text="The last fit that ended; null if there has been none.",
)
WorthShape = inline_serializer(
    "CustomerValue",
    {
        "client": _text(),
        "currency": _text(),
        "as_of": serializers.DateField(help_text="The last day that the sources have delivered."),
        "basis": _text("margin, cost_of_goods, or revenue where neither is known"),
        "margin": _maybe("What is left of revenue, as a fraction."),
        "value": _maybe("What a customer has left so far."),
        "reason": _maybe("Why there is no value: no_customers, rate_missing or cost_unknown."),
        "customers": serializers.IntegerField(),
        "months_observed": _maybe("How long they have been known, on average."),
        "is_chain_sound": serializers.BooleanField(
            help_text="Whether there are three cohorts of thirty customers."
        ),
        "chain": AgeShape,
        "cohorts": CohortShape,
        "is_waiting": serializers.BooleanField(help_text="Whether a fit is queued or running."),
        "model": ModelShape,
    },
)
WaitingShape = inline_serializer(
    "ValueModelQueued", {"is_waiting": serializers.BooleanField(), "queued_at": serializers.DateTimeField()}
)  # fmt: skip


class CustomerValue(ClientView):
    capabilities = {"GET": "see_numbers", "POST": "edit_data"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="customer_value", tags=["customers"], responses=WorthShape)
    def get(self, request: Request, client: str) -> Response:
        """What customers have left so far, by cohort, and what they are expected to buy."""
        waiting, ended = newest_models(self.client)
        named: Mapping[int, Customer] = {}
        if self.access.can("see_leads"):
            named = customers_named(self.client, top_customers(ended))
        return Response(
            {
                **worth_document(self.client, worth_of(self.client)),
                "is_waiting": waiting is not None,
                "model": model_document(ended, named) if ended else None,
            }
        )

    @extend_schema(
        operation_id="customer_value_compute",
        tags=["customers"],
        request=inline_serializer("ValueModelWish", {}),
        responses={201: WaitingShape},
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Have what customers will buy computed anew. One that waits already is the same one."""
        refuse_unknown_fields(request.data, ())
        model = value_model_queue(self.client, self.access.actor_id)
        return Response({"is_waiting": True, "queued_at": model.queued_at}, status=201)


def worth_document(client: Client, worth: Worth) -> dict[str, Any]:
    def money(number: Any) -> str | None:
        return exact_unit_text(number, "money", client.currency)

    reason = None
    if worth.historical is None:
        reason = "no_customers"
    if worth.without_rate or worth.uncosted:
        reason = "rate_missing" if worth.without_rate else "cost_unknown"
    return {
        "client": client.slug,
        "currency": client.currency,
        "as_of": worth.as_of,
        "basis": worth.parameters.profit_basis,
        "margin": exact_text(worth.margin),
        "value": money(worth.historical),
        "reason": reason,
        "customers": worth.customers,
        "months_observed": exact_text(worth.months_observed),
        "is_chain_sound": worth.is_sound,
        "chain": [
            {
                "age": each.age,
                "increment": money(each.increment),
                "value": money(each.value),
                "customers": each.customers,
                "cohorts": each.cohorts,
            }
            for each in worth.chain
        ],
        "cohorts": [
            {
                "month": each.month,
                "customers": each.customers,
                "values": [money(value) for value in each.cumulative],
                "active": list(each.active),
            }
            for each in worth.cohorts
        ],
    }


def model_document(model: ValueModel, named: Mapping[int, Customer]) -> dict[str, Any]:
    """`named`: the customers that the caller may know by name."""
    return {
        "state": model.state,
        "error": model.error,
        "as_of": model.as_of,
        "finished_at": model.finished_at,
        "seconds": model.seconds,
        "basis": model.basis,
        "gates": model.gates,
        "parameters": model.parameters,
        "log_likelihood": model.log_likelihood,
        "spending_log_likelihood": model.spending_log_likelihood,
        "expected": _expected(model.results, named) if model.state == FitState.DONE else None,
    }


def _expected(said: Mapping[str, Any], named: Mapping[int, Customer]) -> dict[str, Any]:
    """Estimates as decimal strings, like every other figure."""
    figures = ("alive", "purchases", "revenue", "value", "new_customer_purchases", "mean_purchase")
    return {
        "months": said["months"],
        "discount": _decimal(MONTHLY_DISCOUNT),
        "customers": said["customers"],
        **{name: _decimal(said[name]) for name in figures},
        "top": [
            {
                "customer": who.external_id if (who := named.get(each["customer"])) else None,
                "name": str(who) if who else None,
                "repeats": each["repeats"],
                "days_since": each["days_since"],
                **{
                    name: _decimal(each[name])
                    for name in ("alive", "purchases", "mean_purchase", "value")
                },
            }
            for each in said["top"]
        ],
    }


def _decimal(number: float | None) -> str | None:
    return None if number is None else exact_text(Decimal(repr(number)))
