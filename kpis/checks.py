"""The rules of the catalogue as Django system checks: kpis.E001, E002 … in the order of RULES."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from kpis.catalogue import DECLARED
from kpis.catalogue.kpi import Kpi
from kpis.rules import RULES


def check_catalogue(
    app_configs: Sequence[AppConfig] | None = None, **options: object
) -> list[CheckMessage]:
    return problems_of(DECLARED)


def problems_of(kpis: Sequence[Kpi]) -> list[CheckMessage]:
    """Every problem of every rule, as an error that names the rule by its id."""
    return [
        Error(problem, id=f"kpis.E{number:03d}")
        for number, rule in enumerate(RULES, start=1)
        for problem in rule(kpis)
    ]
