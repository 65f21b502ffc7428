"""Cohort KPIs (KPIS C.6): immature cohorts are completed as mature ones went on at the same age.

A share of a cohort that has converted is the share of members times the part of all conversions
that mature cohorts had by that age. Never by run rate: the last cohorts always look worse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from kpis.forecast.outcome import Bell


@dataclass(frozen=True)
class Cohort:
    """Members of one day, of whom `hits` have converted by the age of `age_days`."""

    members: int
    hits: int
    age_days: int


def ripeness(ages: Mapping[int, int], window_days: int) -> list[float] | None:
    """Of all conversions of mature cohorts, the part that had come by each age, 0 … window.

    `ages`: how many converted so many days after their cohort's day. None without any.
    """
    total = sum(count for age, count in ages.items() if 0 <= age <= window_days)
    if not total:
        return None
    so_far, shares = 0, []
    for age in range(window_days + 1):
        so_far += ages.get(age, 0)
        shares.append(so_far / total)
    return shares


def completed(
    cohorts: Sequence[Cohort], ripe: Sequence[float], mature_rate: float, window_days: int
) -> Bell | None:
    """The rate of all cohorts together once they are mature. None without members.

    A cohort of age a has its `hits`; of the members that have not converted yet, those still to
    come are expected at the chance that a mature member who had not by age a did later:
    r(1 − g)/(1 − r·g), with r the mature rate and g the ripeness. Their number is binomial.
    """
    members = sum(each.members for each in cohorts)
    if not members:
        return None
    hits, variance = 0.0, 0.0
    for each in cohorts:
        hits += each.hits
        if each.age_days < window_days:
            by_now = ripe[max(0, each.age_days)] if each.age_days >= 0 else 0.0
            left = 1 - mature_rate * by_now
            chance = mature_rate * (1 - by_now) / left if left > 0 else 0.0
            waiting = each.members - each.hits
            hits += waiting * chance
            variance += waiting * chance * (1 - chance)
    return Bell(hits / members, sqrt(variance) / members)
