"""What a KPI means, in words: its formula, parameters, inputs and worked example. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.channels import CREDITED, INBOUND, NAMES, PAID
from kpis.calculate import example_totals
from kpis.catalogue import COST_BASES, PROFIT_BASES, Kpi, Parameters
from kpis.catalogue.kpi import Words
from kpis.formula import Atom, Undefined, as_text
from kpis.pages.reader import Reader
from kpis.spans import NAMES as SPANS

FILTER_WORDS: dict[str, Words] = {
    "paid": gettext_lazy("paid channels"),
    "credited": gettext_lazy("channels that marketing may take credit for"),
    "inbound": gettext_lazy("inbound channels"),
    "social": gettext_lazy("social networks"),
    "mobile": gettext_lazy("on a phone"),
    **NAMES,
}
AGGREGATION_WORDS: dict[str, Words] = {
    "sum": gettext_lazy("Days, channels and campaigns add up."),
    "last": gettext_lazy("A stock: over time the last day counts; channels and campaigns add up."),
    "ratio": gettext_lazy(
        "A ratio of sums: both sides are added up first and divided once, never averaged."
    ),
    "derived": gettext_lazy("Computed from other totals, once, for the whole of what is shown."),
    "distinct": gettext_lazy(
        "Counts different people: the same one on two days is one, so days do not add up."
    ),
    "rows": gettext_lazy("Counted again from single cases every time; it cannot be added up."),
}


#: Why facts of a closed day were written, by the word that their writer gave.
WHY_WRITTEN: dict[str, Words] = {
    "import": gettext_lazy("an import"),
    "undo": gettext_lazy("an import was undone"),
    "manual": gettext_lazy("entered by hand"),
    "api": gettext_lazy("sent by API"),
    "demo": gettext_lazy("the demo's data"),
    "rebuilt": gettext_lazy("rebuilt on request"),
    "night": gettext_lazy("the nightly recount"),
    "reclassified": gettext_lazy("reclassified"),
    "window": gettext_lazy("the window was changed"),
}


def why_written(reasons: Iterable[str]) -> str:
    """The reasons of a restatement, in words."""
    words = [str(WHY_WRITTEN.get(reason, reason)) for reason in reasons]
    return ", ".join(words) or _("not said")


def atom_name(atom: Atom) -> str:
    """The measure's name and what it is narrowed to: "Order value (paid channels)"."""
    name = str(atom.measure.name)
    words = [
        str(FILTER_WORDS.get(each.label or each.values[0], each.label or ", ".join(each.values)))
        for each in atom.filters
    ]
    if atom.period in SPANS:
        words.append(str(SPANS[atom.period]))
    return f"{name} ({', '.join(words)})" if words else name


def formula_text(kpi: Kpi, parameters: Parameters) -> str:
    return as_text(kpi.expression(parameters), atom_name)


def parameter_words(kpi: Kpi, parameters: Parameters) -> Iterator[str]:
    """The client's choices that this number depends on, printed with it (KPIS B.1.8)."""
    for name in kpi.parameters:
        if name == "cost_basis":
            yield _("Cost basis: %(basis)s.") % {"basis": COST_BASES[parameters.cost_basis]}
        elif name == "profit_basis":
            yield _("Profit basis: %(basis)s.") % {"basis": PROFIT_BASES[parameters.profit_basis]}
        elif name == "window_days":
            days = parameters.window_days
            yield ngettext(
                "A lead may become a customer within %(days)s day.",
                "A lead may become a customer within %(days)s days.",
                days,
            ) % {"days": days}
        elif name == "repeat_days":
            days = parameters.repeat_days
            yield ngettext(
                "A second purchase counts within %(days)s day of the first.",
                "A second purchase counts within %(days)s days of the first.",
                days,
            ) % {"days": days}
        elif name == "active_days":
            days = parameters.active_days
            yield ngettext(
                "Active: a contract in force, or a purchase in the last %(days)s day.",
                "Active: a contract in force, or a purchase in the last %(days)s days.",
                days,
            ) % {"days": days}
        elif name == "sla_minutes":
            minutes = parameters.sla_minutes
            yield ngettext(
                "A lead is to be answered within %(minutes)s minute.",
                "A lead is to be answered within %(minutes)s minutes.",
                minutes,
            ) % {"minutes": minutes}
        elif name == "inbound_channels":
            yield _("Inbound channels: %(names)s.") % {"names": _names(INBOUND)}
        elif name == "paid_channels":
            yield _("Paid channels: %(names)s.") % {"names": _names(PAID)}
        elif name == "credited_channels":
            yield _("Credited channels: %(names)s.") % {"names": _names(CREDITED)}


def _names(codes: Collection[str]) -> str:
    return ", ".join(str(NAMES[code]) for code in NAMES if code in codes)


@dataclass(frozen=True)
class WorkedExample:
    """The catalogue's example: the formula with figures put in, and its exact answer."""

    sides: str
    answer: str


def worked_example(kpi: Kpi, reader: Reader) -> WorkedExample:
    """ "1,250.00 ÷ 50" and "25.00"; for a middle value the single cases."""
    example = kpi.example
    is_atom = isinstance(kpi.expression(example.parameters), Atom)
    if is_atom and kpi.aggregation == "rows":
        (parts,) = example.inputs.values()
        return WorkedExample(
            " · ".join(part or "—" for part in parts), reader.number(example.answer, kpi.unit)
        )
    totals = example_totals(kpi)
    if is_atom and kpi.aggregation == "sum":
        (parts,) = example.inputs.values()
        sides = " + ".join(reader.number(Decimal(part), kpi.unit) for part in parts if part)
        return WorkedExample(sides, reader.number(example.answer, kpi.unit))

    def figure(atom: Atom) -> str:
        total = totals.get(atom)
        return reader.number(None if isinstance(total, Undefined) else total, atom.measure.unit)

    return WorkedExample(
        as_text(kpi.expression(example.parameters), figure),
        reader.number(example.answer, kpi.unit),
    )
