"""A goal as a caller of the API says it: what the body may hold, and the wish it comes to."""

from typing import Any, NoReturn

from django.utils.translation import gettext as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from accounts.models import Client
from accounts.queries import members_seeing
from campaigns.api.fields import ChannelField, DayField, MoneyField
from campaigns.facts.queries import campaign_named
from kpis.api.values import KEY_PATTERN
from kpis.book import book_of
from kpis.calendar import Period
from kpis.catalogue.kpi import COST_BASES
from kpis.goal_setting.queries import goal_in
from kpis.goal_setting.wishes import GoalWish, kind_and_way
from kpis.models import Accumulation, Cadence, EnteredAs, GoalKind, Grain, GuardOperator, Shape

MOST_STEPS = 150
#: What the services call otherwise than the body does.
_IN_BODY = {
    "guard_kpi": "guard.kpi",
    "guard_operator": "guard.operator",
    "guard_limit": "guard.limit",
    "dimensions": "filters",
    "period": "to",
    "baseline_period": "baseline_from",
    "valid_from": "since",
}


def _number(help_text: str, **options: Any) -> MoneyField:
    return MoneyField(required=False, allow_null=True, help_text=help_text, **options)


def _numbers(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=MoneyField(allow_null=True),
        required=False,
        max_length=MOST_STEPS,
        help_text=help_text,
    )


def _shares() -> serializers.DictField:
    return serializers.DictField(
        child=serializers.DecimalField(max_digits=6, decimal_places=4), required=False
    )


GuardShape = inline_serializer(
    "GoalGuard",
    {
        "kpi": serializers.RegexField(KEY_PATTERN),
        "operator": serializers.ChoiceField(choices=GuardOperator.values),
        "limit": MoneyField(),
    },
).__class__
ThresholdsShape = inline_serializer(
    "GoalThresholds", {"pace": _shares(), "probability": _shares()}
).__class__


def _asked_fields() -> dict[str, Any]:
    """What a goal asks for: a change of these is a new version of it."""
    return {
        "target": _number("Not for a goal to stay in a range."),
        "target_as": serializers.ChoiceField(
            choices=EnteredAs.values,
            default="absolute",
            help_text="relative: 0.10 is 10 % above the baseline. points: 0.02 above it.",
        ),
        "low": _number("Of a goal to stay in a range."),
        "high": _number("Of a goal to stay in a range."),
        "shape": serializers.ChoiceField(
            choices=Shape.values, default="linear", help_text="How the way there is spread."
        ),
        "season": _numbers(
            "Of a seasonal path: last year's values where another than the client's own is to be "
            "taken; one for each milestone, null where it is as it was. Of a level with one in front."
        ),
        "by_hand": _numbers("Of a manual path: every milestone; amounts add up to the target."),
    }


def _said_fields() -> dict[str, Any]:
    """What stands beside it: changed without a new version."""
    return {
        "tolerance": _number("Of a range: how far outside is at risk only. Else half its width."),
        "required_share": serializers.DecimalField(
            max_digits=5, decimal_places=4, min_value=0, max_value=1, required=False,
            help_text="Of a level in a range: the share of its steps that must be inside.",
        ),
        "guard": GuardShape(
            required=False, allow_null=True,
            help_text="A KPI that must keep to a limit for the goal to count.",
        ),
        "parent": serializers.IntegerField(
            required=False, allow_null=True, min_value=1, help_text="The goal that this one serves."
        ),
        "owner": serializers.IntegerField(
            required=False, allow_null=True, min_value=1, help_text="A member who sees the client."
        ),
        "cadence": serializers.ChoiceField(
            choices=Cadence.values, required=False, allow_blank=True,
            help_text="How often it is reviewed; empty: by how much there is to see.",
        ),
        "thresholds": ThresholdsShape(
            required=False,
            help_text="Shares that differ from the usual: on_track, at_risk, back_on_track, back_at_risk.",
        ),
        "note": serializers.CharField(required=False, allow_blank=True, max_length=300),
    }  # fmt: skip


def wish_fields() -> dict[str, Any]:
    return {
        "kpi": serializers.RegexField(
            KEY_PATTERN, help_text="Of the catalogue or of the client's own."
        ),
        "from": DayField(),
        "to": DayField(help_text="Included."),
        "kind": serializers.ChoiceField(
            choices=GoalKind.values, required=False, help_text="Else the KPI's usual one."
        ),
        "accumulation": serializers.ChoiceField(
            choices=Accumulation.values, required=False, help_text="Else the KPI's usual one."
        ),
        "grain": serializers.ChoiceField(
            choices=Grain.values, default="month", help_text="The steps of its milestones."
        ),
        **_asked_fields(),
        "baseline": _number("Else what the KPI was before."),
        "baseline_from": DayField(required=False, help_text="Read over these days instead."),
        "baseline_to": DayField(required=False, help_text="Included; all of them closed."),
        "channel": ChannelField(required=False, help_text="Only this channel."),
        "campaign": serializers.CharField(
            required=False, allow_null=True, max_length=200, help_text="Only it; its platform's id."
        ),
        "filters": serializers.DictField(
            child=serializers.ListField(
                child=serializers.CharField(max_length=200), min_length=1, max_length=50
            ),
            required=False,
            help_text="Only these values of other dimensions of the KPI: {'device': ['mobile']}.",
        ),
        "cost_basis": serializers.ChoiceField(
            choices=list(COST_BASES),
            required=False,
            allow_blank=True,
            help_text="Of KPIs that divide by costs: which are counted. Else the client's own basis.",
        ),
        **_said_fields(),
    }


def _change_fields() -> dict[str, Any]:
    asked = _asked_fields()
    asked["target_as"] = serializers.ChoiceField(choices=EnteredAs.values, required=False)
    asked["shape"] = serializers.ChoiceField(choices=Shape.values, required=False)
    return {
        **asked,
        "to": DayField(required=False, help_text="Included."),
        **_said_fields(),
        "since": DayField(
            required=False,
            help_text="The day from which on it asks for something else: milestones that were over "
            "by then stay. Else the step that runs now.",
        ),
        "reason": serializers.CharField(
            required=False, allow_blank=True, max_length=300, help_text="Kept with the version."
        ),
        "is_archived": serializers.BooleanField(
            required=False, help_text="true: out of lists and charts; false: back again."
        ),
    }


WishShape = inline_serializer("GoalWish", wish_fields()).__class__
ChangeShape = inline_serializer("GoalChange", _change_fields()).__class__


def wish_from(client: Client, checked: dict[str, Any]) -> GoalWish:
    """The wish of a checked body. ValidationError for what only the client's data can tell."""
    kpi = book_of(client).get(checked["kpi"])
    if kpi is None:
        refuse(
            "kpi", "invalid_choice", _("There is no KPI called %(key)s.") % {"key": checked["kpi"]}
        )
    if checked["from"] > checked["to"]:
        refuse("to", "from_after_to", _("The last day lies before the first."))
    campaign = None
    if checked.get("campaign"):
        campaign = campaign_named(client, checked["campaign"])
        if campaign is None:
            refuse("campaign", "unknown_campaign", _("The client has no such campaign."))
    for dimension in ("channel", "campaign"):
        if checked.get(dimension) and dimension not in kpi.dimensions():
            refuse(dimension, "not_applicable", _("This KPI cannot be cut in this way."))
    # A KPI that has no goals is refused with its reason by the service, whatever is asked here.
    kind, way = kind_and_way(kpi, checked.get("kind", ""), checked.get("accumulation", ""))
    return GoalWish(
        kpi=kpi.key,
        period=Period(checked["from"], checked["to"]),
        kind=kind,
        accumulation=way,
        grain=checked["grain"],
        baseline=checked.get("baseline"),
        baseline_period=_baseline_period(checked),
        channel=checked.get("channel") or "",
        campaign=campaign,
        dimensions={name: tuple(values) for name, values in checked.get("filters", {}).items()},
        cost_basis=checked.get("cost_basis", ""),
        **changes_from(client, checked),
    )


def changes_from(client: Client, checked: dict[str, Any]) -> dict[str, Any]:
    """What the body says of what a goal may say at any time, by the services' names."""
    plain = (
        "target", "target_as", "low", "high", "shape", "tolerance", "required_share", "cadence",
        "thresholds", "note",
    )  # fmt: skip
    found = {name: checked[name] for name in plain if name in checked}
    found |= {name: tuple(checked[name]) for name in ("season", "by_hand") if name in checked}
    if "guard" in checked:
        guard = checked["guard"] or {"kpi": "", "operator": "", "limit": None}
        found |= {f"guard_{name}": value for name, value in guard.items()}
    if "parent" in checked:
        found["parent"] = goal_in(client, checked["parent"]) if checked["parent"] else None
        if checked["parent"] and found["parent"] is None:
            refuse("parent", "unknown_parent", _("The client has no such goal."))
    if "owner" in checked:
        rows = members_seeing(client).filter(pk=checked["owner"])
        found["owner"] = rows.first() if checked["owner"] else None
        if checked["owner"] and found["owner"] is None:
            message = _("Choose somebody of the agency who sees this client.")
            refuse("owner", "unknown_owner", message)
    return found


def _baseline_period(checked: dict[str, Any]) -> Period | None:
    first, last = checked.get("baseline_from"), checked.get("baseline_to")
    if first is None and last is None:
        return None
    if first is None or last is None or first > last:
        message = _("Say the first and the last day of the baseline.")
        refuse("baseline_from", "from_after_to", message)
    return Period(first, last)


def refuse(field: str, code: str, message: str) -> NoReturn:
    raise ValidationError({field: [ErrorDetail(message, code)]})


def field_of(name: str) -> str:
    """The field of the body by a name of the services."""
    return _IN_BODY.get(name, name)
