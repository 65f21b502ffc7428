"""Is this number final? Its state as sentences: closed, still moving, incomplete, restated. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.calendar import ONE_DAY, Period
from kpis.catalogue import Kpi, Parameters
from kpis.pages.cards import Figure
from kpis.pages.reader import Reader


@dataclass(frozen=True)
class Finality:
    """`state` is a chip's key; the sentences say what it means for this number."""

    state: str
    sentences: tuple[str, ...]


def finality(
    figure: Figure,
    period: Period,
    last_complete: date,
    parameters: Parameters,
    restated: Sequence[date],
    reader: Reader,
) -> Finality:
    """`restated` are the days of the period that were corrected after they were closed."""
    said = list(_state(figure, period, last_complete, parameters, reader))
    if figure.is_small:
        said.append(_("It stands on few cases, so chance moves it a lot: do not act on it alone."))
    if restated:
        days = len(set(restated))
        said.append(
            ngettext(
                "%(days)s closed day was corrected since it was reported; see below.",
                "%(days)s closed days were corrected since they were reported; see below.",
                days,
            )
            % {"days": days}
        )
    return Finality(figure.state, tuple(said))


def settles_on(kpi: Kpi, period: Period, parameters: Parameters) -> date:
    """The day on which the last day of the period is old enough to be taken as final."""
    settle = max(
        each.settles_in(parameters.window_days, parameters.repeat_days)
        for each in kpi.measures(parameters)
    )
    return period.last + ONE_DAY + timedelta(days=settle)


def _state(
    figure: Figure, period: Period, last_complete: date, parameters: Parameters, reader: Reader
) -> Sequence[str]:
    if figure.state == "absent":
        return [_("No source delivers what this number needs.")]
    if figure.state == "final":
        return [_("Every source has delivered these days, and their time to settle is over.")]
    if figure.state == "partial":
        return _partial(figure, period, last_complete, reader)
    day = settles_on(figure.kpi, period, parameters)
    if day <= last_complete + ONE_DAY:
        return [_("A source that it waits for has not caught up yet, so it may still move.")]
    when = {"day": reader.day(day)}
    if figure.kpi.cohort_days:
        return [_("Late buyers still count for these leads. It is final on %(day)s.") % when]
    return [_("Late and corrected data may still move it. It is final on %(day)s.") % when]


def _partial(figure: Figure, period: Period, last_complete: date, reader: Reader) -> Sequence[str]:
    said = [
        _("Computed over the days on which every source it needs is complete.")
        if figure.text != "—"
        else _("No day of the period has complete data from every source it needs.")
    ]
    if period.last > last_complete:
        said.append(
            _("The period is not over: the last complete day is %(day)s.")
            % {"day": reader.day(last_complete)}
        )
    if figure.missing:
        said.append(_("Missing: %(gaps)s.") % {"gaps": "; ".join(figure.missing)})
    return said
