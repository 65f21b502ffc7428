"""The demo's tests of landing pages: one that is decided, and one that still collects."""

from collections.abc import Sequence
from datetime import date, timedelta

from accounts.models import Client, Language
from kpis.experiments.services import (
    ExperimentWish,
    VariantWish,
    counts_put,
    experiment_create,
    experiment_decide,
)
from kpis.services import last_complete_of
from kpis.trials.arms import Arm
from kpis.trials.planning import Wish

SIZE = Wish(0.05, 0.065, daily_visitors=380)
DAYS = 28
AGO = 60
RUNNING_DAYS = 12


def tests_begin(client: Client, paths: Sequence[str]) -> None:
    """Both tests, the second of these pages. Inside the client's scope.

    Their words are Spanish, so only a client that reads Spanish gets them.
    """
    if len(paths) < 2 or client.language != Language.SPANISH:
        return
    last = last_complete_of(client)
    starts_on = last - timedelta(days=AGO)
    done = experiment_create(
        client,
        ExperimentWish(
            "Formulario corto", (VariantWish("Actual"), VariantWish("Tres campos")), SIZE,
            starts_on, starts_on + timedelta(days=DAYS - 1), "totals",
            hypothesis="Con tres campos en vez de ocho escriben más personas.",
        ),
    )  # fmt: skip
    counts_put(client, done, _counts(starts_on, DAYS))
    experiment_decide(client, done, "adopt", 1, "Más contactos, y no peores.")
    starts_on = last - timedelta(days=RUNNING_DAYS - 1)
    running = experiment_create(
        client,
        ExperimentWish(
            "Portada con fotografía", tuple(VariantWish("", path) for path in paths[:2]), SIZE,
            starts_on, starts_on + timedelta(days=DAYS - 1), "totals",
            hypothesis="Una fotografía grande retiene a quien llega desde el móvil.",
        ),
    )  # fmt: skip
    counts_put(client, running, _counts(starts_on, RUNNING_DAYS))


def _counts(starts_on: date, days: int) -> dict[tuple[int, date], Arm]:
    """Plain arithmetic, the same in every run: weekends are quieter."""
    counts = {}
    for n in range(days):
        day = starts_on + timedelta(days=n)
        visitors = 190 - 45 * (day.weekday() > 4)
        counts[0, day] = Arm(visitors + n % 3, 8 + n % 4, 4 + n % 2)
        counts[1, day] = Arm(visitors + (n + 1) % 3, 11 + n % 5, 5 + n % 3)
    return counts
