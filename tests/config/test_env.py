"""The typed reader of the environment, and which environments settings refuse."""

import os
import subprocess
import sys

import pytest

from config.env import Environment, EnvironmentInvalid

SECRET = "s" * 50
SERVERS = {
    "DATABASE_URL": "postgres://app:p%40ss@db.example:5433/rumbo?sslmode=require",
    "REDIS_URL": "redis://:secret@valkey.example:6379/0",
}
PRODUCTION = SERVERS | {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "rumbo.example",
    "DEFAULT_FROM_EMAIL": "rumbo@rumbo.example",
    "EMAIL_HOST": "mail.example",
}


def test_it_reads_each_type() -> None:
    env = Environment({"A": " text ", "B": "Yes", "C": "12", "D": "a, b,,c", "E": "two"})
    assert env.text("A") == "text"
    assert env.boolean("B") is True
    assert env.integer("C") == 12
    assert env.items("D") == ["a", "b", "c"]
    assert env.choice("E", ("one", "two")) == "two"


def test_a_default_stands_for_a_missing_or_empty_variable_only() -> None:
    env = Environment({"EMPTY": "  "})
    assert (env.text("NONE", "x"), env.text("EMPTY", "x")) == ("x", "x")
    assert env.boolean("NONE", False) is False
    assert env.items("NONE", []) == []


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda env: env.text("NONE"), "NONE must be set"),
        (lambda env: env.boolean("WORD", True), "must be true or false"),
        (lambda env: env.integer("WORD", 1), "must be a whole number"),
        (lambda env: env.integer("BIG", 1, most=10), "must be from 0 to 10"),
        (lambda env: env.choice("WORD", ("a", "b")), "must be one of a, b"),
        (lambda env: env.database("WORD"), "must start with postgres://"),
        (lambda env: env.database("NAMELESS"), "must name a user and a database"),
        (lambda env: env.database("PORT"), "not a URL that can be read"),
        (lambda env: env.redis("WORD"), "must start with redis://"),
    ],
)
def test_what_cannot_be_read_is_refused(read, message: str) -> None:  # type: ignore[no-untyped-def]
    source = {
        "WORD": "maybe",
        "BIG": "11",
        "NAMELESS": "postgres://u@h",
        "PORT": "postgres://u@h:x/d",
    }
    with pytest.raises(EnvironmentInvalid, match=message):
        read(Environment(source))


def test_a_database_url_is_taken_apart_and_its_password_never_quoted() -> None:
    found = Environment(SERVERS).database("DATABASE_URL")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "rumbo",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    with pytest.raises(EnvironmentInvalid) as refusal:
        Environment({"X": "mysql://u:hunter2@h/d"}).database("X")
    assert "hunter2" not in str(refusal.value)


def load_settings(expression: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    code = f"from config import settings as s; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_is_what_a_given_server_means_and_is_strict() -> None:
    flags = (
        "s.IS_LOCAL, s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.CSRF_COOKIE_NAME"
    )
    done = load_settings(flags, PRODUCTION)
    assert done.stdout == "False False True True __Host-rumbo_csrf\n", done.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "at least 50 characters"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must be set"),
        ({"REDIS_URL": ""}, "Set both DATABASE_URL and REDIS_URL, or neither"),
        ({"DATABASE_URL": ""}, "Set both DATABASE_URL and REDIS_URL, or neither"),
        ({"DATABASE_URL": "", "REDIS_URL": "", "RUMBO_ENV": "production"}, "needs DATABASE_URL"),
        ({"DEBUG": "1"}, "DEBUG shows secrets"),
        ({"RUMBO_ENV": "staging"}, "must be one of local, production"),
        ({"EMAIL_HOST": ""}, "EMAIL_HOST must be set"),
    ],
)
def test_production_refuses_to_start_half_configured(change: dict[str, str], message: str) -> None:
    done = load_settings("1", PRODUCTION | change)
    assert done.returncode == 1
    assert message in done.stderr
