"""Reading the environment: typed, and closed when in doubt. Which variables exist is settings' business.

A variable that is set but cannot be read is an error, never a default.
"""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class EnvironmentInvalid(ImproperlyConfigured):
    """A variable is missing or cannot be read; the message names it and says what would do."""


class Environment:
    """The variables of one process. `source` is os.environ unless a test says otherwise."""

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self.source = os.environ if source is None else source

    def has(self, name: str) -> bool:
        """Whether the variable is set to something; set to nothing counts as not set."""
        return bool(self.source.get(name, "").strip())

    def text(self, name: str, default: str | None = None) -> str:
        """The value, without surrounding blanks; without a default the variable is required."""
        if self.has(name):
            return self.source[name].strip()
        if default is None:
            raise EnvironmentInvalid(f"{name} must be set.")
        return default

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise EnvironmentInvalid(
                f"{name} is {value!r}; it must be one of {', '.join(choices)}."
            )
        return value

    def boolean(self, name: str, default: bool | None = None) -> bool:
        value = self.text(name, None if default is None else str(default)).lower()
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise EnvironmentInvalid(f"{name} is {value!r}; it must be true or false.")

    def integer(
        self, name: str, default: int | None = None, *, least: int = 0, most: int = 2**31
    ) -> int:
        text = self.text(name, None if default is None else str(default))
        try:
            value = int(text)
        except ValueError:
            raise EnvironmentInvalid(f"{name} is {text!r}; it must be a whole number.") from None
        if not least <= value <= most:
            raise EnvironmentInvalid(f"{name} is {value}; it must be from {least} to {most}.")
        return value

    def items(self, name: str, default: list[str] | None = None) -> list[str]:
        """A comma-separated list, blanks and empty items dropped."""
        text = self.text(name, None if default is None else ",".join(default))
        return [item.strip() for item in text.split(",") if item.strip()]

    def database(self, name: str) -> dict[str, Any]:
        """Django's connection settings from postgres://user:password@host:port/name?option=value."""
        return database_from_url(self.text(name), name)

    def redis(self, name: str) -> str:
        value = self.text(name)
        if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
            raise EnvironmentInvalid(f"{name} must start with redis://, rediss:// or unix://.")
        return value


def database_from_url(url: str, name: str) -> dict[str, Any]:
    """What Django's DATABASES wants; query parameters become libpq options (sslmode, …).

    The URL carries a password, so no error quotes it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EnvironmentInvalid(f"{name} is not a URL that can be read.") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentInvalid(
            f"{name} must start with postgres:// (Rumbo runs on PostgreSQL only)."
        )
    if not parts.username or len(parts.path) < 2:
        raise EnvironmentInvalid(f"{name} must name a user and a database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
