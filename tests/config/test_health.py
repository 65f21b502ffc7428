"""/healthz answers while the process lives; /readyz only when a page could be served, else says why."""

from django.db import connection
from django.test import Client, override_settings

from config.embedded.record import free_port

HERE = Client(headers={"host": "localhost"})


def test_healthz_needs_nothing() -> None:
    response = HERE.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_readyz_is_ready(db: None) -> None:
    response = HERE.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "problems": {}})


def test_readyz_tells_of_migrations_to_come(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = HERE.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == {"database": "1 migrations are not applied"}


def test_readyz_tells_of_a_valkey_that_is_away(db: None) -> None:
    cache = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
    }
    with override_settings(CACHES={"default": cache}):
        response = HERE.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == {"cache": "unreachable"}


def test_a_write_is_refused() -> None:
    assert HERE.post("/healthz").status_code == 405
