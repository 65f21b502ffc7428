"""The API's own documents: the OpenAPI schema, and a reference page drawn from it.

The page is ours and server-rendered: the usual viewers want scripts and styles that the content
security policy forbids. The schema is the same for everybody, in English, and made once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from json import dumps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from accounts.api.strangers import limited

Schema = Mapping[str, Any]
RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}
METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True)
class Field:
    """One line of a table: a parameter, or a field of a body."""

    name: str
    kind: str
    text: SafeString
    is_required: bool
    place: str = ""
    shape: str = ""  # the shape that its type names, if it names one


@dataclass(frozen=True)
class Endpoint:
    key: str
    method: str
    path: str
    title: SafeString
    text: SafeString
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    body_name: str
    examples: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str, str], ...]  # status, description, name of the shape


@dataclass(frozen=True)
class Shape:
    name: str
    text: SafeString
    fields: tuple[Field, ...]
    values: tuple[str, ...]


@lru_cache(maxsize=1)
def schema_document() -> Schema:
    """The OpenAPI 3.1 document as plain data."""
    with translation.override("en"):
        found: Schema = SchemaGenerator().get_schema(request=None, public=True)
        return found


@limited("documents")
def schema_view(request: HttpRequest) -> HttpResponse:
    """JSON, or YAML with ?format=yaml."""
    renderer = RENDERERS["yaml" if request.GET.get("format") == "yaml" else "json"]()
    with translation.override("en"):
        text = renderer.render(schema_document(), renderer_context={})
    return HttpResponse(text, content_type=renderer.media_type)


@limited("documents")
def reference_view(request: HttpRequest) -> HttpResponse:
    return render(request, "config/reference.html", reference())


@lru_cache(maxsize=1)
def reference() -> dict[str, Any]:
    """What the page shows: endpoints by tag, and the shapes that they name."""
    with translation.override("en"):
        document = schema_document()
        groups: dict[str, list[Endpoint]] = {}
        for path, method, operation in _operations(document):
            endpoint = _endpoint(document, path, method, operation)
            groups.setdefault(operation["tags"][0], []).append(endpoint)
        shapes = [_shape(name, one) for name, one in document["components"]["schemas"].items()]
        return {"info": document["info"], "groups": list(groups.items()), "shapes": shapes}


def _operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _endpoint(document: Schema, path: str, method: str, operation: Schema) -> Endpoint:
    title, _, text = str(operation.get("description", "")).partition(".")
    body = _json_of(operation.get("requestBody", {}))
    name = _name_of(body.get("schema", {}))
    examples = [
        (str(one.get("summary", "")), _pretty(one["value"]))
        for content in (body, _json_of(operation["responses"].get("200", {})))
        for one in content.get("examples", {}).values()
    ]
    return Endpoint(
        key=operation["operationId"],
        method=method.upper(),
        path=path,
        title=_rich(title),
        text=_rich(text.strip()),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", [])),
        body=_fields(document["components"]["schemas"].get(name, {})),
        body_name=name,
        examples=tuple(examples),
        answers=tuple(
            (status, str(answer["description"]), _name_of(_json_of(answer).get("schema", {})))
            for status, answer in operation["responses"].items()
        ),
    )


def _json_of(part: Schema) -> Schema:
    found: Schema = part.get("content", {}).get("application/json", {})
    return found


def _parameter(one: Schema) -> Field:
    return Field(
        one["name"],
        _kind(one["schema"]),
        _rich(one.get("description", "")),
        bool(one.get("required")),
        one["in"],
    )


def _shape(name: str, one: Schema) -> Shape:
    values = tuple(str(value) for value in one.get("enum", ()))
    return Shape(name, _rich(one.get("description", "")), _fields(one), values)


def _fields(one: Schema) -> tuple[Field, ...]:
    required = one.get("required", ())
    return tuple(
        Field(
            name,
            _kind(field),
            _rich(field.get("description", "")),
            name in required,
            shape=_name_of(field.get("items", field)),
        )
        for name, field in one.get("properties", {}).items()
    )


def _kind(schema: Schema) -> str:
    """A type in words: `date or null`, `list of Milestone`, `desktop, mobile or null`."""
    if "$ref" in schema:
        return _name_of(schema)
    if "anyOf" in schema:  # some fields of it are its part, and need no line of their own
        return _kind(schema["anyOf"][0])
    if "oneOf" in schema or "allOf" in schema:
        parts = [_kind(part) for part in schema.get("oneOf") or schema["allOf"]]
        names = [{"NullEnum": "null", "BlankEnum": "empty"}.get(part, part) for part in parts]
        return " or ".join(dict.fromkeys(names))
    if "enum" in schema:
        return ", ".join("null" if value is None else str(value) for value in schema["enum"])
    kinds = schema.get("type", "anything")
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    if "array" in names:
        return f"list of {_kind(schema.get('items', {}))}"
    if "object" in names and isinstance(schema.get("additionalProperties"), Mapping):
        return f"{_kind(schema['additionalProperties'])} by name"
    if "string" in names and "format" in schema:
        names[names.index("string")] = schema["format"]
    return " or ".join(str(name) for name in names)


def _name_of(schema: Schema) -> str:
    if "anyOf" in schema:
        return _name_of(schema["anyOf"][0])
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _rich(text: Any) -> SafeString:
    """Text with its `code` marked up; everything else is escaped."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(text))))  # noqa: S308


def _pretty(value: Any) -> str:
    return dumps(value, indent=2, ensure_ascii=False)
