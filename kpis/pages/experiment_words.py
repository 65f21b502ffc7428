"""What a test of landing pages says, in sentences (KPIS F.3). Before its plan is full nobody wins.

Pure. The numbers come from `kpis.trials`; here they only become words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpis.formats import NBSP, UNDEFINED, format_number, format_percent, format_points
from kpis.trials import verdict as v
from kpis.trials.intervals import Interval
from kpis.trials.looks import peeking_error
from kpis.trials.outcome import Outcome
from kpis.trials.split import SplitCheck
from kpis.trials.verdict import Contrast

SMALLEST_P = Fraction(1, 10_000)
MOST_LOOKS = 20


@dataclass(frozen=True)
class Chip:
    """Shape, colour and word of a state: `tone` is good, warn, bad or quiet."""

    tone: str
    word: str


@dataclass(frozen=True)
class Told:
    """The state in a word, then in sentences, the most important first."""

    chip: Chip
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """What the words are about: names of the arms, units of counting, where the test stands."""

    names: Sequence[str]
    locale: str
    planned: int
    is_by_session: bool = False
    is_over: bool = False
    is_begun: bool = True
    in_both: int = 0
    unassigned: int = 0
    missing_days: int = 0
    has_guard: bool = True

    @property
    def thing(self) -> str:
        return _("sessions") if self.is_by_session else _("visitors")

    def count(self, number: int) -> str:
        return format_number(number, 0, self.locale)


def told(outcome: Outcome, setting: Setting) -> Told:
    """The whole story of a test today."""
    chip, sentences = _state(outcome, setting)
    return Told(chip, (*sentences, *_cautions(outcome, setting)))


def _state(outcome: Outcome, setting: Setting) -> tuple[Chip, tuple[str, ...]]:
    verdict = outcome.verdict
    if verdict.state == v.EMPTY:
        word = _("No visitors yet") if setting.is_begun else _("Not started")
        return Chip("quiet", word), ()
    if verdict.state == v.INVALID:
        return Chip("bad", _("Invalid")), (_invalid(verdict.split, setting),)
    if verdict.state == v.COLLECTING:
        return _collecting(outcome, setting)
    if verdict.state == v.WINNER:
        return _winner(outcome, setting)
    if verdict.state == v.GUARDED:
        return Chip("warn", _("No winner: fewer qualified leads")), (_guarded(outcome, setting),)
    return Chip("quiet", _("No demonstrable difference")), _no_difference(outcome, setting)


def _collecting(outcome: Outcome, setting: Setting) -> tuple[Chip, tuple[str, ...]]:
    verdict = outcome.verdict
    share = f"{verdict.percent}{NBSP}%"
    least = min(arm.visitors for arm in outcome.arms)
    if setting.is_over:
        word = _("Ended at %(share)s") % {"share": share}
        sentence = _(
            "The test ended with %(least)s of the %(planned)s %(things)s per variant that were "
            "planned: too few to say anything."
        )
    else:
        word = _("Collecting data, %(share)s") % {"share": share}
        sentence = _(
            "%(least)s of the %(planned)s %(things)s per variant have come. Until all are there "
            "nothing is decided."
        )
    first = sentence % {
        "least": setting.count(least),
        "planned": setting.count(setting.planned),
        "things": setting.thing,
    }
    tone = "warn" if setting.is_over else "quiet"
    return Chip(tone, word), (first, *(_so_far(each, setting) for each in verdict.contrasts))


def _so_far(contrast: Contrast, setting: Setting) -> str:
    return _(
        "So far %(name)s differs from %(control)s by %(difference)s, somewhere in %(span)s."
    ) % {
        "name": setting.names[contrast.arm],
        "control": setting.names[0],
        "difference": points(contrast.difference, setting.locale),
        "span": span_in_points(contrast.interval, setting.locale),
    }


def _invalid(split: SplitCheck | None, setting: Setting) -> str:
    return _(
        "The %(things)s did not arrive in the planned proportion (%(p)s): something in the "
        "test itself is broken, and its figures mean nothing."
    ) % {"things": setting.thing, "p": p_phrase(split.p if split else 0.0, setting.locale)}


def _winner(outcome: Outcome, setting: Setting) -> tuple[Chip, tuple[str, ...]]:
    verdict, winner = outcome.verdict, outcome.verdict.winner or 0
    chip = Chip("good", _("Winner: %(name)s") % {"name": setting.names[winner]})
    if winner == 0:
        sentence = _("%(name)s, the control, converts better than every variant.") % {
            "name": setting.names[0]
        }
        return chip, (sentence, *_about(outcome, setting))
    contrast = verdict.contrasts[winner - 1]
    sentence = _(
        "%(name)s converts %(difference)s more than %(control)s (%(p)s); the true difference "
        "lies somewhere in %(span)s."
    ) % {
        "name": setting.names[winner],
        "control": setting.names[0],
        "difference": points(contrast.difference, setting.locale),
        "p": p_phrase(contrast.p_adjusted, setting.locale),
        "span": span_in_points(contrast.interval, setting.locale),
    }
    return chip, (sentence, *_about(outcome, setting))


def _guarded(outcome: Outcome, setting: Setting) -> str:
    better = [
        each for each in outcome.verdict.contrasts if each.is_better and (each.guard or 0) < 0
    ]
    best = max(better, key=lambda each: each.difference)
    return _(
        "%(name)s brings more leads (%(difference)s) but fewer qualified ones (%(guard)s): a page "
        "that collects junk does not win."
    ) % {
        "name": setting.names[best.arm],
        "difference": points(best.difference, setting.locale),
        "guard": points(best.guard, setting.locale),
    }


def _no_difference(outcome: Outcome, setting: Setting) -> tuple[str, ...]:
    return tuple(
        _("Between %(name)s and %(control)s no difference can be shown (%(p)s): it lies "
          "somewhere in %(span)s.")
        % {
            "name": setting.names[each.arm],
            "control": setting.names[0],
            "p": p_phrase(each.p_adjusted, setting.locale),
            "span": span_in_points(each.interval, setting.locale),
        }
        for each in outcome.verdict.contrasts
    ) + _about(outcome, setting)  # fmt: skip


def _about(outcome: Outcome, setting: Setting) -> tuple[str, ...]:
    """On what the verdict was made."""
    found = []
    if outcome.at_look:
        found.append(
            _("Decided at planned look %(look)s of %(looks)s.")
            % {"look": outcome.at_look, "looks": len(outcome.looks)}
        )
    if any(each.method == "fisher" for each in outcome.verdict.contrasts):
        found.append(_("The counts are small: Fisher's exact test was used."))
    if len(outcome.verdict.contrasts) > 1:
        found.append(_("With several variants each p is adjusted (Holm)."))
    return tuple(found)


def _cautions(outcome: Outcome, setting: Setting) -> tuple[str, ...]:
    verdict, found = outcome.verdict, []
    if verdict.state == v.EMPTY:
        return ()
    if "watch_split" in verdict.notes and verdict.split:
        found.append(
            _("The split is a little off (%(p)s): check how visitors are assigned.")
            % {"p": p_phrase(verdict.split.p, setting.locale)}
        )
    if setting.has_guard and "no_guard" in verdict.notes and verdict.state == v.WINNER:
        found.append(_("Qualified leads were not counted: whether the leads are good is unknown."))
    if setting.is_by_session:
        found.append(
            _("Counted by sessions, not by visitors: who comes twice counts twice, so the "
              "certainty is overstated.")
        )  # fmt: skip
    if setting.in_both:
        found.append(
            _("%(count)s visitors saw several of the pages; they count where they came first.")
            % {"count": setting.count(setting.in_both)}
        )
    if setting.unassigned:
        found.append(
            _("%(count)s of them saw several on their first day and are left out.")
            % {"count": setting.count(setting.unassigned)}
        )
    if setting.missing_days:
        found.append(
            _("%(count)s days without complete data are left out.")
            % {"count": setting.count(setting.missing_days)}
        )
    return tuple(found)


def peeking_sentence(days: int, alpha: float, locale: str) -> str:
    """Why nothing is said before the plan is full. `days` counted so far."""
    looks = min(max(days, 2), MOST_LOOKS)
    error = Fraction(f"{peeking_error(looks, alpha):.6f}")
    return _(
        "Whoever looks %(looks)s times and stops at the first p below %(alpha)s is wrong in "
        "%(error)s of the tests in which there is no difference at all."
    ) % {
        "looks": looks,
        "alpha": format_number(Fraction(str(alpha)), 2, locale),
        "error": format_percent(error, locale),
    }


def p_text(p: float, locale: str) -> str:
    """Four decimals; what is smaller is said to be smaller."""
    if p < SMALLEST_P:
        return f"<{NBSP}{format_number(SMALLEST_P, 4, locale)}"
    return format_number(exact(p), 4, locale)


def p_phrase(p: float, locale: str) -> str:
    """ "p = 0.0256" or "p < 0.0001"."""
    text = p_text(p, locale)
    return f"p{NBSP}{text}" if text.startswith("<") else f"p{NBSP}={NBSP}{text}"


def points(difference: Fraction | None, locale: str) -> str:
    return format_points(difference, locale)


def loss_text(loss: float, locale: str) -> str:
    """An expected loss in points, which is small: three decimals."""
    return f"{format_number(exact(loss) * 100, 3, locale)}{NBSP}{_('pp')}"


def span_in_points(interval: Interval, locale: str) -> str:
    """ "+0.18 to +2.8 pp"."""
    low, high = (format_points(exact(each), locale) for each in (interval.low, interval.high))
    unit = f"{NBSP}{_('pp')}"
    return pgettext("interval", "%(low)s to %(high)s") % {
        "low": low.removesuffix(unit),
        "high": high,
    }


def span(interval: Interval | None, locale: str) -> str:
    """ "4.2 – 6.0 %"."""
    if interval is None:
        return UNDEFINED
    low, high = (format_percent(exact(each), locale) for each in (interval.low, interval.high))
    return f"{low.removesuffix('%').rstrip()} – {high}"


def exact(number: float) -> Fraction:
    """A statistic as a number that may be shown: its first twelve digits."""
    return Fraction(f"{number:.12g}")
