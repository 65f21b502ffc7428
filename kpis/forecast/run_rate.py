"""Run rate with weekday profile (KPIS C.6 a): the last weeks' weekdays go on as they were."""

from dataclasses import dataclass
from datetime import timedelta

from kpis.forecast.outcome import Bell, Counted, Outcome
from kpis.forecast.series import WEEK, Days, mean, weekday_counts

MOST_WEEKS = 8
FEWEST_DAYS, PROFILE_DAYS = 14, 28
#: A count still to come that is smaller than this is not bell-shaped.
SMALL_MEAN = 30.0


@dataclass(frozen=True)
class Profile:
    """What a day of each weekday brings, from `weeks` whole runs of seven days.

    `scale`: variance over mean of a count (at least 1), or the variance of a day of money.
    `freedom`: days less what was estimated from them.
    """

    means: tuple[float, ...]
    weeks: float
    scale: float
    freedom: int
    is_count: bool
    is_plain: bool = False

    def variance(self, weekday: int) -> float:
        return self.scale * self.means[weekday] if self.is_count else self.scale


def profile_of(days: Days) -> Profile | None:
    """None under 14 days; a plain mean under 28; else weekday means of up to eight weeks.

    The runs of seven days end on the last complete day, whatever weekday that is.
    """
    if len(days) < FEWEST_DAYS:
        return None
    if len(days) < PROFILE_DAYS:
        return _plain(days)
    weeks = min(MOST_WEEKS, len(days) // WEEK)
    recent = days.values[-weeks * WEEK :]
    first = days.last - timedelta(days=weeks * WEEK - 1)
    slots: list[list[float]] = [[] for _ in range(WEEK)]
    for offset, value in enumerate(recent):
        slots[(first.weekday() + offset) % WEEK].append(value)
    means = tuple(mean(slot) for slot in slots)
    freedom = len(recent) - WEEK
    # A weekday on which nothing ever came (mean 0) has no residuals either.
    by = [(middle or 1.0) if days.is_count else 1.0 for middle in means]
    squares = [
        (value - means[weekday]) ** 2 / by[weekday]
        for weekday, slot in enumerate(slots)
        for value in slot
    ]
    noise = sum(squares) / freedom
    return Profile(
        means, weeks, max(1.0, noise) if days.is_count else noise, freedom, days.is_count
    )


def _plain(days: Days) -> Profile:
    middle = mean(days.values)
    freedom = len(days) - 1
    noise = sum((value - middle) ** 2 for value in days.values) / freedom
    if days.is_count:
        noise = max(1.0, noise / middle) if middle else 1.0
    return Profile((middle,) * WEEK, len(days) / WEEK, noise, freedom, days.is_count, True)


def run_rate(days: Days, so_far: float, horizon: int) -> Outcome | None:
    """What `so_far` will have become `horizon` days after the last known one.

    1. The remaining days at their weekday's mean. 2. Variance of their sum: of the days themselves
    and of the means, which were estimated from few. 3. A small count still to come has the tail of
    a count, not of a bell. The error of a mean counts once for every day on which it is used.
    """
    profile = profile_of(days)
    if profile is None:
        return None
    counts = weekday_counts(days.last, horizon)
    coming = sum(n * middle for n, middle in zip(counts, profile.means, strict=True))
    if profile.is_count and coming < SMALL_MEAN:
        return Counted(so_far, coming, profile.scale)
    variance = sum(
        (n + n * (horizon / WEEK if profile.is_plain else n) / profile.weeks)
        * profile.variance(weekday)
        for weekday, n in enumerate(counts)
    )
    return Bell(so_far + coming, variance**0.5, profile.freedom)
