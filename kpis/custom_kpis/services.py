"""Custom KPIs: checked, tried out, saved, put away. What a formula means is `kpis.custom`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.locks import Work, lock
from accounts.models import Agency, Client
from accounts.services.archiving import row_archive, row_restore
from campaigns.definition_keys import forget_definitions, key_for
from kpis.book import Book, book_of, vocabulary_for
from kpis.catalogue import Kpi
from kpis.custom import (
    KPI_PREFIX,
    Definition,
    FormulaInvalid,
    Meaning,
    Vocabulary,
    kpi_from,
    meaning_of,
)
from kpis.custom_kpis.queries import custom_kpis_of, definition_of
from kpis.models import CustomKpi

MOST_KPIS = 200
#: What an unsaved KPI is called while it is tried out; no saved one is.
DRAFT_KEY = "custom_"


@dataclass(frozen=True)
class KpiWish:
    """A custom KPI as a person says it. Without unit or goal it gets the usual ones."""

    name: str
    formula: str
    meaning: str = ""
    unit: str = ""
    better: str = "higher"
    goal_kind: str = ""
    goal_accumulation: str = ""
    key: str = ""


def formula_check(agency: Agency, client: Client | None, formula: str, key: str = "") -> Meaning:
    """What a formula of the agency, or of one client, means. FormulaInvalid if nothing."""
    return meaning_of(formula, vocabulary_for(agency.pk, client), key)


def kpi_draft(agency: Agency, client: Client | None, wish: KpiWish, key: str = DRAFT_KEY) -> Kpi:
    """The KPI as it would be. FormulaInvalid or DomainError for what is wrong; writes nothing."""
    return _draft(vocabulary_for(agency.pk, client), client is not None, wish, key)[1]


def book_with_draft(client: Client, kpi: Kpi) -> Book:
    """The client's book with an unsaved KPI in it, to be asked like any other."""
    return {**book_of(client), kpi.key: kpi}


def custom_kpi_define(agency: Agency, client: Client | None, wish: KpiWish) -> CustomKpi:
    """Save a new KPI for a client, or without one for all of the agency's."""
    lock(Work.DEFINITIONS, agency.pk)
    if custom_kpis_of(agency.pk, [client] if client else []).count() >= MOST_KPIS:
        raise DomainError(
            "too_many_kpis", _("There can be at most %(most)s own KPIs.") % {"most": MOST_KPIS}
        )
    forget_definitions()
    rows = CustomKpi.objects.filter(agency=agency)
    key = key_for(rows, KPI_PREFIX, client, wish.name, wish.key)
    _definition, kpi = _draft(vocabulary_for(agency.pk, client), client is not None, wish, key)
    made = CustomKpi.objects.create(
        agency=agency, client=client, key=key, formula=wish.formula.strip(), **_columns(kpi, wish)
    )
    forget_definitions()
    return made


def custom_kpi_change(agency: Agency, custom: CustomKpi, wish: KpiWish) -> CustomKpi:
    """Save new words or a new formula. Refused if a KPI that uses it would lose its meaning."""
    lock(Work.DEFINITIONS, agency.pk)
    forget_definitions()
    client = custom.client
    vocabulary = vocabulary_for(agency.pk, client)
    definition, kpi = _draft(vocabulary, client is not None, wish, custom.key)
    for other, why in _broken_by(agency, custom, definition):
        raise DomainError(
            "breaks_another",
            _("“%(name)s” uses it and would have no meaning any more: %(why)s")
            % {"name": other, "why": why},
            {"fields": ["formula"]},
        )
    formula = wish.formula.strip()
    custom.version += custom.formula != formula
    custom.formula = formula
    for column, value in _columns(kpi, wish).items():
        setattr(custom, column, value)
    custom.save()
    forget_definitions()
    return custom


def custom_kpi_archive(custom: CustomKpi) -> CustomKpi:
    """Out of the lists; formulas that use it go on, and it can be restored."""
    row_archive(custom)
    forget_definitions()
    return custom


def custom_kpi_restore(custom: CustomKpi) -> CustomKpi:
    row_restore(custom)
    forget_definitions()
    return custom


def _draft(
    vocabulary: Vocabulary, is_of_client: bool, wish: KpiWish, key: str
) -> tuple[Definition, Kpi]:
    if not wish.name.strip():
        raise DomainError("no_name", _("Give the KPI a name."), {"fields": ["name"]})
    meaning = meaning_of(wish.formula, vocabulary, key)
    unit: Any = wish.unit or meaning.units[0]
    if unit not in meaning.units:
        raise DomainError(
            "unit_does_not_fit",
            _("The formula yields %(units)s, not %(unit)s.")
            % {"units": ", ".join(meaning.units), "unit": unit},
            {"fields": ["unit"], "units": list(meaning.units)},
        )
    goal: Any = (wish.goal_kind, wish.goal_accumulation) if wish.goal_kind else None
    better: Any = wish.better
    definition = Definition(
        key=key,
        name=wish.name.strip(),
        meaning=wish.meaning.strip(),
        formula=wish.formula.strip(),
        unit=unit,
        better=better,
        goal=goal,
        is_of_client=is_of_client,
    )
    kpi = kpi_from(definition, vocabulary)
    if kpi.goal not in kpi.goal_modes:
        raise DomainError(
            "goal_impossible",
            _("Such a goal makes no sense for this KPI."),
            {"fields": ["goal"], "modes": [" ".join(mode) for mode in kpi.goal_modes]},
        )
    return definition, kpi


def _columns(kpi: Kpi, wish: KpiWish) -> dict[str, Any]:
    kind, accumulation = kpi.goal or ("", "")
    return {
        "name": wish.name.strip(),
        "meaning": wish.meaning.strip(),
        "unit": kpi.unit,
        "better": kpi.better,
        "goal_kind": kind,
        "goal_accumulation": accumulation,
    }


def _broken_by(agency: Agency, custom: CustomKpi, changed: Definition) -> Iterator[tuple[str, str]]:
    """KPIs that had a meaning in their own unit and would not with the changed one: (name, why)."""
    rows = CustomKpi.objects.filter(agency=agency).select_related("client").order_by("pk")
    if custom.client_id is not None:
        rows = rows.filter(client=custom.client)
    others = [row for row in rows.exclude(pk=custom.pk) if custom.key in row.formula]
    others += [row for row in rows.exclude(pk=custom.pk) if row not in others]
    for row in others:
        vocabulary = vocabulary_for(agency.pk, row.client)
        after = replace(vocabulary, custom={**vocabulary.custom, changed.key: changed})
        was = definition_of(row)
        try:
            kpi_from(was, vocabulary)
        except FormulaInvalid:
            continue  # it was broken before
        try:
            if was.unit not in meaning_of(was.formula, after, was.key).units:
                yield row.name, _("its unit would change.")
            kpi_from(was, after)
        except FormulaInvalid as error:
            yield row.name, str(error)
