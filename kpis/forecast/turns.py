"""When a choice of model is made again, so that no night has all of them to make. Pure.

Fitting is dear. Every choice has a turn of its own every four weeks, on which all models are tried;
what was chosen in between, for a goal that is new, was chosen without fitting and is made again
on the same weekday already, within a week.
"""

from datetime import date, timedelta

WEEK, CYCLE = 7, 28


def turn_of(place: int, chosen_on: date | None, today: date) -> date | None:
    """The day of the turn that is due: the last one up to today, if the choice is older. None: it holds.

    place: of the choice among the `CYCLE` days. chosen_on: the day of the turn it was made for, or
    the day on which it was made without one; None if there is none yet. Whatever nights are left out,
    the next one sees to it.
    """
    weekly = _last(place, WEEK, today)
    if chosen_on is None:
        return today if weekly == today else None
    if _last(place, WEEK, chosen_on) != chosen_on:  # chosen without fitting
        return weekly if weekly > chosen_on else None
    turn = _last(place, CYCLE, today)
    return turn if turn > chosen_on else None


def _last(place: int, cycle: int, today: date) -> date:
    """The last day up to today that is the place's in its cycle."""
    return today - timedelta(days=(today.toordinal() - place) % cycle)
