"""/api/schema/ and /api/docs/: the document is valid and whole, and so is the page made from it."""

import re
import warnings
from typing import Any

from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from accounts.access import CAPABILITIES
from accounts.api.views import ApiView, NothingHere
from config.reference import METHODS, reference
from kpis.catalogue import KPIS


def schema() -> dict[str, Any]:
    response = Browser().get("/api/schema/")
    assert response.status_code == 200
    document: dict[str, Any] = response.json()
    return document


def endpoints() -> list[tuple[str, type[ApiView]]]:
    """Every route of the API with its view class."""
    found = []
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "api/v1/":
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                view = pattern.callback.cls  # type: ignore[attr-defined]
                if view is not NothingHere:
                    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
                    found.append((f"/api/v1/{path.replace('{pk}', '{id}')}", view))
    return found


def test_it_is_valid_and_made_without_a_warning(db: None) -> None:
    GENERATOR_STATS.reset()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(document)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    assert document["openapi"].startswith("3.1")


def test_every_endpoint_is_in_it(db: None) -> None:
    documented = {
        (path, method.upper())
        for path, methods in schema()["paths"].items()
        for method in methods
        if method in METHODS
    }
    assert documented == {
        (path, method) for path, view in endpoints() for method in view.capabilities
    }


def test_every_method_says_what_it_needs() -> None:
    known = frozenset().union(*CAPABILITIES.values())
    for path, view in endpoints():
        methods = {method for method in ("GET", "POST", "PATCH", "PUT", "DELETE")
                   if hasattr(view, method.lower())}  # fmt: skip
        assert methods == set(view.capabilities), path
        assert set(view.capabilities.values()) - {None} <= known, path


def test_every_write_honours_the_key(db: None) -> None:
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            is_write = method in ("post", "patch", "put", "delete")
            assert ("Idempotency-Key" in names) == is_write, (method, path)


def test_every_operation_says_how_it_refuses(db: None) -> None:
    error = {"$ref": "#/components/schemas/Error"}
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            refusals = {
                status: answer["content"]["application/json"]["schema"]
                for status, answer in operation["responses"].items()
                if status >= "400"
            }
            assert {"400", "401", "403", "429"} <= set(refusals), (method, path)
            assert ("404" in refusals) == ("{" in path), (method, path)
            assert all(shape == error for shape in refusals.values()), (method, path)
            assert operation["description"], (method, path)
            assert operation["security"] == [{"token": []}, {"session": []}]


def test_it_is_the_same_in_every_language(db: None) -> None:
    texts = {
        Browser().get("/api/schema/", headers={"Accept-Language": language}).content
        for language in ("es", "en", "pt")
    }
    assert len(texts) == 1
    yaml = Browser().get("/api/schema/?format=yaml")
    assert yaml.content.startswith(b"openapi: 3.1")


def test_the_page_shows_every_endpoint_without_foreign_code(db: None) -> None:
    response = Browser().get("/api/docs/")
    assert response.status_code == 200
    page = response.content.decode()
    shown = {
        (endpoint.path, endpoint.method)
        for _tag, endpoints in reference()["groups"]
        for endpoint in endpoints
    }
    assert shown == {(path, method) for path, view in endpoints() for method in view.capabilities}
    for path, _method in shown:
        assert path in page
    # No script or style within the page, and none from elsewhere.
    assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)|<style|\son\w+=|\sstyle=", page)
    assert not re.search(r"(?:src|href)=\"https?://", page)
    targets = set(re.findall(r'href="#([\w-]+)"', page))
    assert targets <= set(re.findall(r'id="([\w-]+)"', page))
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_the_schema_takes_any_kpi_of_the_catalogue_and_of_a_client(db: None) -> None:
    pattern = schema()["components"]["schemas"]["GoalWish"]["properties"]["kpi"]["pattern"]
    keys = [*KPIS, "own_calls_booked", "custom_cost_per_call_2"]
    assert [key for key in keys if not re.match(pattern, key)] == []
    assert not re.match(pattern, "Leads")
