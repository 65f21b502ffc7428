"""`fields=`: an answer with only the fields that were asked for, and what the schema says of that."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.errors import DomainError

PARAMETER = "fields"


def fields_asked(view: Any, request: Request) -> tuple[str, ...] | None:
    """The fields that `fields=` names; None for all of them. DomainError for one that is none."""
    text = request.query_params.get(PARAMETER)
    if text is None or view.shape is None:
        return None
    known = fields_of(view)
    names = tuple(text.split(","))
    unknown = [name[:60] for name in names if name not in known]
    if unknown:
        raise DomainError(
            "unknown_field",
            _("There is no field “%(name)s” here.") % {"name": unknown[0]},
            {"unknown": unknown, "known": list(known)},
        )
    return names


def fields_of(view: Any) -> tuple[str, ...]:
    """The names of a row's fields, as the view's shape declares them."""
    shape = view.shape
    return tuple((shape() if isinstance(shape, type) else shape).fields)


def only(document: Any, names: Sequence[str]) -> Any:
    """A row, or a page of rows, without the other fields."""
    if isinstance(document, dict) and "results" in document:
        return {**document, "results": [only(row, names) for row in document["results"]]}
    return {name: document[name] for name in names if name in document}


def fields_parameter(view: Any) -> dict[str, Any]:
    """Of the OpenAPI document."""
    return {
        "name": PARAMETER,
        "in": "query",
        "description": "Only these fields of each row, separated by commas.",
        "explode": False,
        "style": "form",
        "schema": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "enum": list(fields_of(view))},
        },
    }


def allow_sparse_answers(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Where `fields` may be asked for, a row is itself or some of its fields."""
    shapes = result["components"]["schemas"]
    for methods in result["paths"].values():
        operation = methods.get("get", {})
        if PARAMETER not in {one["name"] for one in operation.get("parameters", [])}:
            continue
        content = operation["responses"]["200"]["content"]["application/json"]
        page = shapes[_name_of(content["schema"])]
        if "results" in page["properties"]:
            items = page["properties"]["results"]
            items["items"] = _or_part(shapes, items["items"])
        else:
            content["schema"] = _or_part(shapes, content["schema"])
    return result


def _or_part(shapes: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:  # two lists of one shape share their page
        return schema
    name = _name_of(schema)
    part = f"{name}Part"
    if part not in shapes:
        whole = shapes[name]
        shapes[part] = {
            **{key: value for key, value in whole.items() if key != "required"},
            "description": f"Some fields of {name}: those that `{PARAMETER}` names.",
        }
    return {"anyOf": [schema, {"$ref": f"#/components/schemas/{part}"}]}


def _name_of(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
