"""The list of own figures: what was defined, where, and the pages that belong to each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Agency, Client
from campaigns.models import OwnMeasure
from campaigns.own_queries import Entered, entered_by_key, own_measures_of
from kpis.book import book_of, book_of_agency
from kpis.custom_kpis.queries import custom_kpis_of
from kpis.models import CustomKpi


@dataclass(frozen=True)
class Desk:
    """Where a figure is defined: at the agency, or at one client of it."""

    agency: Agency
    client: Client | None

    @property
    def clients(self) -> list[Client]:
        return [self.client] if self.client else []

    def url(self, name: str, **parts: str) -> str:
        """The address of a page: `kpis` is client_kpis or own_kpis."""
        if self.client is None:
            return reverse(f"own_{name}", kwargs={"agency": self.agency.slug, **parts})
        its = {"agency": self.agency.slug, "client": self.client.slug}
        return reverse(f"client_{name}", kwargs={**its, **parts})


@dataclass(frozen=True)
class FigureLine:
    """One definition. `is_here`: it is defined at this very place. Empty addresses are no links."""

    row: CustomKpi | OwnMeasure
    is_here: bool
    edit_url: str = ""
    restore_url: str = ""
    see_url: str = ""
    has_meaning: bool = True
    entered: Entered | None = None


@dataclass(frozen=True)
class Figures:
    kpis: Sequence[FigureLine]
    measures: Sequence[FigureLine]


def lists_of(desk: Desk, may_define: bool, sees_all: bool) -> Figures:
    """Everything defined for a desk; a client's page shows the agency's things among its own."""
    book = book_of(desk.client) if desk.client else book_of_agency(desk.agency.pk)
    entered = entered_by_key(desk.client) if desk.client else {}
    return Figures(
        [
            _line(
                desk, row, "kpi", may_define, sees_all,
                see=_kpi_url(desk, row.key) if row.key in book else "",
                has_meaning=row.key in book or row.archived_at is not None,
            )
            for row in custom_kpis_of(desk.agency.pk, desk.clients)
        ],
        [
            _line(
                desk, row, "measure", may_define, sees_all,
                see=_values_url(desk, row.key), entered=entered.get(row.key),
            )
            for row in own_measures_of(desk.agency.pk, desk.clients)
        ],
    )  # fmt: skip


def _line(
    desk: Desk,
    row: CustomKpi | OwnMeasure,
    kind: str,
    may_define: bool,
    sees_all: bool,
    see: str,
    has_meaning: bool = True,
    entered: Entered | None = None,
) -> FigureLine:
    home = Desk(desk.agency, desk.client if row.client_id else None)
    is_open = may_define and (row.client_id is not None or sees_all)
    return FigureLine(
        row=row,
        is_here=row.client_id == (desk.client.pk if desk.client else None),
        edit_url=home.url(f"{kind}_edit", key=row.key) if is_open else "",
        restore_url=home.url(f"{kind}_restore", key=row.key),
        see_url=see,
        has_meaning=has_meaning,
        entered=entered,
    )


def _kpi_url(desk: Desk, key: str) -> str:
    if desk.client is None:
        return ""
    return reverse(
        "kpi", kwargs={"agency": desk.agency.slug, "client": desk.client.slug, "key": key}
    )


def _values_url(desk: Desk, key: str) -> str:
    if desk.client is None:
        return ""
    its = {"agency": desk.agency.slug, "client": desk.client.slug}
    return reverse("own_values", kwargs={**its, "key": key})
