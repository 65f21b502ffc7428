"""Times as ratios: medians of several runs, and the lines that are printed of them."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles

WIDTH = 66


@dataclass(frozen=True)
class Timing:
    """Seconds of each run of one thing."""

    seconds: tuple[float, ...]

    @property
    def typical(self) -> float:
        return median(self.seconds)

    @property
    def spread(self) -> str:
        return f"{min(self.seconds):.2f}–{max(self.seconds):.2f} s"

    def percentile(self, percent: int) -> float:
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def timed(
    action: Callable[[], object], runs: int, before: Callable[[], object] | None = None
) -> Timing:
    """The seconds of `action`, each run after an untimed `before`."""
    seconds = []
    for _ in range(runs):
        if before:
            before()
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return Timing(tuple(seconds))


def alternated(
    runs: int, *pairs: tuple[Callable[[], object], Callable[[], object] | None]
) -> list[Timing]:
    """Several things in turns, so that a slow minute of the machine falls on all of them alike."""
    rounds = [[timed(action, 1, before) for action, before in pairs] for _ in range(runs)]
    return [Timing(tuple(one.seconds[0] for one in column)) for column in zip(*rounds, strict=True)]


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is being prepared, and how long that took, on stderr."""
    print(f"  … {text}", end="", file=sys.stderr, flush=True)
    started = time.perf_counter()
    yield
    print(f" {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)


def heading(text: str) -> None:
    print(f"\n{text}", flush=True)


def say(text: str, value: str, aim: str = "", note: str = "") -> None:
    """One line: what, its value, what was aimed at, and the seconds behind it."""
    print(f"  {text:<{WIDTH}}{value:>10}  {aim:<12}{note}".rstrip(), flush=True)


def say_ratio(text: str, one: Timing, other: Timing, aim: float | None = None) -> None:
    ratio = one.typical / other.typical
    said = "" if aim is None else f"aim ≤ {aim:g}"
    say(
        text,
        f"{ratio:.2f}",
        said,
        f"{one.typical:.2f} s ({one.spread}) against {other.typical:.2f} s ({other.spread})",
    )


def say_share(text: str, one: Timing, other: Timing, aim_percent: float) -> None:
    share = 100 * one.typical / other.typical
    say(
        text,
        f"{share:.2f} %",
        f"aim ≤ {aim_percent:g} %",
        f"{one.typical:.3f} s of {other.typical:.2f} s",
    )


def say_latency(text: str, timing: Timing, aim_ms: int) -> None:
    """p50 and p95 in milliseconds."""
    p50, p95 = (1000 * timing.percentile(percent) for percent in (50, 95))
    say(text, f"{p95:.0f} ms", f"aim ≤ {aim_ms}", f"p95 of {len(timing.seconds)}; p50 {p50:.0f} ms")


def rows_text(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def parts_of(values: Sequence[int]) -> str:
    return " + ".join(rows_text(value) for value in values)
