"""Which tables an archive of a client has, which it only carries along, and which it leaves out, and why.

Every table that can hold a client's rows is named here; a test looks for one that is not.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps
from django.db import models

#: Restored, each after what it points at.
RESTORED = (
    "campaigns_importbatch", "campaigns_importmapping", "campaigns_refusedrow", "campaigns_sourcesync",
    "campaigns_campaign", "campaigns_landingpage", "campaigns_salesperson", "campaigns_customer",
    "campaigns_product", "campaigns_ownmeasure", "campaigns_lead", "campaigns_stagechange",
    "campaigns_sale", "campaigns_saleline", "campaigns_refund", "campaigns_interaction",
    "campaigns_customerterm", "campaigns_dailyfact", "campaigns_cost", "campaigns_budget",
    "campaigns_manualmonth", "campaigns_visitorday", "campaigns_reportedrange", "campaigns_ownvalue",
    "kpis_customkpi", "kpis_exchangerate", "kpis_kpitemplate", "kpis_kpiset", "kpis_parameterchange",
    "kpis_goal", "kpis_milestone", "kpis_goalversion", "kpis_experiment", "kpis_experimentvariant",
    "kpis_experimentcount", "kpis_anomaly", "kpis_anomalydismissal", "kpis_annotation",
    "steering_alertrule", "steering_incident", "steering_incidentstep", "steering_planversion",
    "steering_review", "steering_comment",
)  # fmt: skip
#: Restored when the snapshot stands: before, each difference from an empty one would be restated.
RESTORED_LAST = ("kpis_dayclose", "kpis_restatement")
#: In the archive for whoever reads it; the audit of another installation is not written by hand.
CARRIED = ("accounts_auditentry", "campaigns_act")
#: The agency's own rows that the client's numbers may need go with it.
WITH_THE_AGENCYS = ("campaigns_ownmeasure", "kpis_customkpi")
OF_THE_AGENCY = ("kpis_exchangerate", "kpis_kpitemplate")
#: Of the agency's rows, only those that this client's name.
NEEDED: Mapping[str, str] = {
    "kpis_kpitemplate": "t.id IN (SELECT template_id FROM kpis_kpiset WHERE client_id = %(client)s)",
}
#: The schema of archives (`packing.SCHEMA`) from which on they have a table; the rest have always been.
SINCE: Mapping[str, int] = {
    "kpis_kpitemplate": 2, "kpis_goalversion": 2, "steering_alertrule": 2, "steering_incident": 2,
    "steering_incidentstep": 2, "steering_planversion": 2, "steering_review": 2, "steering_comment": 2,
}  # fmt: skip
#: Columns that name own measures and custom KPIs by their keys: as a key, within a formula, in a list of
#: [key, …], in lines {"kpi": key, "goal": id, …}.
KEYED: Mapping[tuple[str, str], str] = {
    ("campaigns_ownmeasure", "key"): "key", ("kpis_customkpi", "key"): "key",
    ("kpis_customkpi", "formula"): "formula", ("kpis_kpitemplate", "entries"): "list",
    ("kpis_kpiset", "entries"): "list", ("kpis_kpiset", "given"): "list",
    ("kpis_goal", "kpi"): "key", ("kpis_goal", "guard_kpi"): "key",
    ("kpis_anomaly", "kpi"): "key", ("kpis_annotation", "kpi"): "key", ("steering_alertrule", "kpi"): "key",
    ("steering_comment", "kpi"): "key", ("steering_planversion", "lines"): "lines",
}  # fmt: skip
LEFT_OUT: Mapping[str, str] = {
    "accounts_membershipclient": "people belong to the agency that they work for",
    "accounts_invitationclient": "people belong to the agency that they work for",
    "accounts_apitoken": "a credential opens one installation",
    "accounts_idempotencykey": "answers to requests of the last day",
    "inbox_notice": "what people were told; it names members",
    "webhooks_endpointclient": "programs belong to the agency that they work for",
    "webhooks_event": "what programs were told", "webhooks_delivery": "what programs were told",
    "webhooks_attempt": "what programs were told",
    "kpis_restatementsseen": "what a member has looked at",
    "campaigns_replacedrow": "for undoing imports where they were made; the numbers inside are ours",
    "campaigns_batchlines": "for undoing imports where they were made; their rows are the facts",
    "kpis_dailysnapshot": "made from the facts", "kpis_dailytotal": "made from the facts",
    "kpis_goalstanding": "goals are judged anew from the facts; what was decided at a close is in the goal",
    "kpis_forecastchoice": "chosen anew from the facts",
    "kpis_dirtyday": "made from the facts", "kpis_snapshotstate": "made from the facts",
    "kpis_export": "files like this one, kept for a week where they were made",
    "kpis_arrival": "files like this one, on their way into one agency",
    "kpis_nightrun": "the nights of one installation", "kpis_valuemodel": "fitted anew from the facts",
    "steering_rulestanding": "judged anew from the facts",
    "steering_saying": "what people were told",
    "steering_opening": "what members have looked at",
    "steering_goaltrail": "noted anew by the nights that follow",
}  # fmt: skip
#: Columns that the database writes, or that mean something in one installation only.
UNSAID = frozenset(("updated_at", "written_in"))
#: References that Django does not know of.
POINTING = {("kpis_restatement", "campaign_id"): "campaigns_campaign"}
#: References against the order: set when both rows are there.
LATER = {
    ("kpis_experiment", "decided_for_id"): "kpis_experimentvariant",
    ("kpis_goal", "parent_id"): "kpis_goal",
}
#: Columns that hold filters, {"salesperson": [7], "device": ["mobile"]}; and dimensions whose values are ids.
FILTERED = (("kpis_goal", "filters"),)
DIMENSIONS: Mapping[str, str] = {
    "campaign": "campaigns_campaign", "landing_page": "campaigns_landingpage",
    "salesperson": "campaigns_salesperson", "product": "campaigns_product",
}  # fmt: skip


def model_of(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def columns_of(table: str) -> list[str]:
    """What is stored of a row and can be said elsewhere, without its id and whose it is."""
    return [
        str(each.column)
        for each in model_of(table)._meta.concrete_fields
        if not isinstance(each, models.GeneratedField)
        and each.column not in UNSAID | {"id", "agency_id", "client_id"}
    ]


def files_of(schema: int) -> set[str]:
    """The tables that an archive of this schema has."""
    return {
        table for table in (*RESTORED, *RESTORED_LAST, *CARRIED) if SINCE.get(table, 1) <= schema
    }


def usual_of(table: str) -> dict[str, Any]:
    """What a new row has in columns that an older archive may not know: never null where null is refused."""
    found: dict[str, Any] = {}
    for each in model_of(table)._meta.concrete_fields:
        if each.column in columns_of(table) and not each.null:
            if each.has_default():
                found[str(each.column)] = each.get_default()
            elif each.empty_strings_allowed and each.blank:
                found[str(each.column)] = ""
    return found


def _names_a_person(field: Any) -> bool:
    """`written_by` has a member's number; `counted_by` is a word."""
    return str(field.column).endswith("_by") and isinstance(field, models.BigIntegerField)


def references_of(table: str, known: Collection[str]) -> dict[str, str | None]:
    """Column → the table of the archive that it points at; None for people, who do not come along.

    known: the tables that the archive has.
    """
    found: dict[str, str | None] = {}
    for each in model_of(table)._meta.concrete_fields:
        if each.is_relation and each.column not in ("agency_id", "client_id"):
            target = each.related_model._meta.db_table  # type: ignore[union-attr]
            found[str(each.column)] = target if target in known else None
        elif each.column == "actor_id" or _names_a_person(each):
            found[str(each.column)] = None
    return found | {column: to for (name, column), to in POINTING.items() if name == table}
