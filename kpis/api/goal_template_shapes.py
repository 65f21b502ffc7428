"""Goal templates as JSON: what a body may hold, and what an answer looks like."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from campaigns.api.fields import ChannelField, MoneyField
from kpis.api.goal_shapes import DraftShape
from kpis.api.goal_wishes import GuardShape
from kpis.api.values import KEY_PATTERN
from kpis.formats import exact_text
from kpis.goal_setting.template_services import MOST_CLIENTS, NEW, REFUSED, SAME
from kpis.goal_setting.template_terms import SHAPES
from kpis.models import Accumulation, EnteredAs, GoalKind, GoalTemplate, Grain, PeriodInWords

VERDICTS = (NEW, SAME, REFUSED)


def _choice(values: Any, help_text: str = "") -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=list(values), required=False, help_text=help_text)


def _number(help_text: str) -> MoneyField:
    return MoneyField(required=False, allow_null=True, help_text=help_text)


def _said(is_new: bool) -> dict[str, Any]:
    """Of a change nothing must be named."""
    return {
        "name": serializers.CharField(max_length=80, required=is_new),
        "kpi": serializers.RegexField(KEY_PATTERN, required=is_new),
        "channel": ChannelField(required=False, help_text="Only this channel."),
        "kind": _choice(GoalKind.values, "Else the KPI's usual one."),
        "accumulation": _choice(Accumulation.values, "Else the KPI's usual one."),
        "target": _number("Not of a range. Money is in each client's own currency."),
        "target_as": _choice(EnteredAs.values, "relative: 0.10 is 10 % above the baseline."),
        "low": _number("Of a goal to stay in a range."),
        "high": _number("Of a goal to stay in a range."),
        "period": serializers.ChoiceField(
            choices=PeriodInWords.values,
            required=is_new,
            help_text="In each client's own calendar, from the day on which it is applied.",
        ),
        "shape": _choice(SHAPES),
        "grain": _choice(Grain.values, "The steps of its milestones."),
        "guard": GuardShape(required=False, allow_null=True),
        "note": serializers.CharField(required=False, allow_blank=True, max_length=300),
    }


TemplateWishShape = inline_serializer("GoalTemplateWish", _said(is_new=True)).__class__
TemplateChangeShape = inline_serializer(
    "GoalTemplateChange",
    {
        **_said(is_new=False),
        "is_archived": serializers.BooleanField(
            required=False, help_text="true: out of the list; false: back again."
        ),
    },
).__class__
TemplateShape = inline_serializer(
    "GoalTemplate",
    {
        "id": serializers.IntegerField(),
        **_said(is_new=True),
        "is_archived": serializers.BooleanField(),
        "created_at": serializers.DateTimeField(),
        "changed_at": serializers.DateTimeField(),
    },
).__class__
ClientsShape = inline_serializer(
    "GoalTemplateClients",
    {
        "clients": serializers.ListField(
            child=serializers.SlugField(), min_length=1, max_length=MOST_CLIENTS
        )
    },
).__class__


def _verdict_fields() -> dict[str, Any]:
    return {
        "client": serializers.SlugField(),
        "verdict": serializers.CharField(help_text=", ".join(VERDICTS)),
        "goal": serializers.IntegerField(
            allow_null=True, help_text="The one that was set, or that is there already."
        ),
        "reason": serializers.CharField(help_text="Why it was refused."),
    }


GivenShape = inline_serializer(
    "GoalTemplateGiven",
    {"results": inline_serializer("GoalTemplateVerdict", _verdict_fields(), many=True)},
).__class__
ProspectShape = inline_serializer(
    "GoalTemplateProspects",
    {
        "results": inline_serializer(
            "GoalTemplateProspect",
            {
                **_verdict_fields(),
                "from": serializers.DateField(),
                "to": serializers.DateField(),
                "draft": DraftShape(
                    allow_null=True,
                    help_text="As `goals/check/` says it; null where there is none.",
                ),
            },
            many=True,
        )
    },
).__class__


def template_said(asked: dict[str, Any], template: GoalTemplate | None = None) -> dict[str, Any]:
    """What the body says, by the services' names, over what the template said before."""
    plain = (
        "name", "kpi", "channel", "kind", "accumulation", "target", "target_as", "low", "high",
        "period", "shape", "grain", "guard_kpi", "guard_operator", "guard_limit", "note",
    )  # fmt: skip
    numbers = ("target", "low", "high", "guard_limit")
    empty = {name: None if name in numbers else "" for name in plain}
    before = {name: getattr(template, name) for name in plain} if template else empty
    if asked.get("kpi", before["kpi"]) != before["kpi"]:
        before |= {"kind": "", "accumulation": ""}  # the usual ones of the other KPI
    found = {**before, **{name: asked[name] for name in plain if name in asked}}
    found["channel"] = found["channel"] or ""
    if "guard" in asked:
        guard = asked["guard"] or {"kpi": "", "operator": "", "limit": None}
        found |= {f"guard_{name}": value for name, value in guard.items()}
    return found


def template_document(template: GoalTemplate) -> dict[str, Any]:
    """A template as JSON; numbers in the KPI's own unit."""
    guard = None
    if template.guard_kpi:
        guard = {
            "kpi": template.guard_kpi,
            "operator": template.guard_operator,
            "limit": exact_text(template.guard_limit),
        }
    return {
        "id": template.pk,
        "name": template.name,
        "kpi": template.kpi,
        "channel": template.channel or None,
        "kind": template.kind,
        "accumulation": template.accumulation,
        "target": exact_text(template.target),
        "target_as": template.target_as,
        "low": exact_text(template.low),
        "high": exact_text(template.high),
        "period": template.period,
        "shape": template.shape,
        "grain": template.grain,
        "guard": guard,
        "note": template.note,
        "is_archived": template.archived_at is not None,
        "created_at": template.created_at,
        "changed_at": template.changed_at,
    }
