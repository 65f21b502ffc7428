"""SciPy, imported at first use: only the workers compute with it, and a web process may not have it."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

Vector = Any  # a numpy array of floats; numpy is there only where SciPy is


def is_available() -> bool:
    """Whether this process could fit a model."""
    return find_spec("scipy") is not None


def numpy() -> Any:
    return import_module("numpy")


def special() -> Any:
    return import_module("scipy.special")


def optimize() -> Any:
    return import_module("scipy.optimize")
