"""What the OpenAPI document says of every endpoint beside its own: ways in, refusals, headers."""

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from accounts.access import TOKEN_SCOPES
from accounts.api.sparse import fields_parameter

#: status -> when it is answered, and the code and message of an example.
REFUSALS: dict[int, tuple[str, str, str]] = {
    400: (
        "The request is not valid.",
        "invalid",
        "The request is not valid: data.errors says where and why.",
    ),
    401: (
        "No token, or one that is unknown, expired or revoked.",
        "token_invalid",
        "The token is not valid: it is unknown, has expired or was revoked.",
    ),
    403: (
        "The token lacks the scope, or the role the right.",
        "forbidden",
        "Your role or your token's scopes do not allow this.",
    ),
    404: (
        "It does not exist, or not for you.",
        "not_found",
        "There is nothing at this address for you.",
    ),
    409: (
        "It exists already, or the first call with this key is still being answered.",
        "exists",
        "There is one with this external_id already. Change that one, or use bulk.",
    ),
    410: (
        "The place to go on from is gone: the server was restored.",
        "server_restored",
        "The server was restored from a backup. Read its events from the beginning.",
    ),
    415: (
        "The body is not JSON.",
        "unsupported_media_type",
        "Unsupported media type in request.",
    ),
    422: (
        "The Idempotency-Key was used for another request.",
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request. Take a new one.",
    ),
    429: (
        "Too many calls; Retry-After says when.",
        "too_many_calls",
        "Too many calls: try again in 3 s.",
    ),
    503: (
        "Another call holds the same data; Retry-After says when.",
        "busy",
        "Another call is changing the same data. Try again in a moment.",
    ),
}
ALWAYS = (400, 401, 403, 429)
OF_WRITES = (409, 415, 422, 503)
_WHOLE = {"schema": {"type": "integer"}}
LIMIT_HEADERS = {
    "RateLimit-Limit": {"description": "Calls per window.", **_WHOLE},
    "RateLimit-Remaining": {"description": "Calls left now.", **_WHOLE},
    "RateLimit-Reset": {"description": "Seconds until all are left again.", **_WHOLE},
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A call that is sent again with the same key and body gets the first one's answer "
    "and does nothing. Keys are kept for 48 hours.",
)


def close_bodies(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Say of every body that it has no other fields than these: any other is refused."""
    shapes = result["components"]["schemas"]
    waiting = [
        content["schema"]["$ref"]
        for methods in result["paths"].values()
        for operation in methods.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    while waiting:
        shape = shapes[waiting.pop().rpartition("/")[2]]
        shape["additionalProperties"] = False
        items = [field.get("items", {}) for field in shape["properties"].values()]
        waiting += [item["$ref"] for item in items if "$ref" in item]
    return result


PATHS = {
    "client": "The client's address, as in `/clients/`.",
    "id": "The row's number, as lists answer it.",
    "key": "The KPI's key, as in the catalogue.",
}


def explain_paths(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Say of every parameter in an address what it is."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["description"] = PATHS[parameter["name"]]
    return result


class ErrorSerializer(serializers.Serializer[Any]):
    """The one shape of a refusal."""

    code = serializers.CharField(help_text="Stable, for programs.")
    message = serializers.CharField(help_text="A sentence, in the language of Accept-Language.")
    data = serializers.DictField(  # type: ignore[assignment]  # DRF's own attribute is set later
        child=serializers.JSONField(), help_text="Its parts, by code; `errors` lists fields."
    )


class ScopeScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.doors.ScopeAuthentication"
    name = ["token", "session"]

    def get_security_requirement(self, auto_schema: Any) -> Any:
        return [{"token": []}, {"session": []}]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of an agency, or of one client. Made in the settings, or by "
                "`manage.py create_token`.",
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": "Rumbo-Agency",
                "description": "A browser's session, with the agency's address in this header. "
                "Writes need the CSRF token in X-CSRFToken, too.",
            },
        ]


class ApiSchema(AutoSchema):
    """REST framework's DEFAULT_SCHEMA_CLASS."""

    def get_description(self) -> str:  # type: ignore[override]  # the stubs are of REST framework
        text = str(super().get_description() or "")
        capability = cast(Any, self.view).capabilities.get(self.method)
        if capability is None:
            return f"{text}\n\nAny token may call it."
        scopes = [name for name, grants in TOKEN_SCOPES.items() if capability in grants]
        return f"{text}\n\nToken scope: {' or '.join(f'`{name}`' for name in scopes)}."

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        return [*found, IDEMPOTENCY_KEY] if self._honours_key() else found

    def _get_parameters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super()._get_parameters()
        view = cast(Any, self.view)
        is_sparse = self.method == "GET" and view.shape is not None
        return [*found, fields_parameter(view)] if is_sparse else found

    def _honours_key(self) -> bool:
        handler = getattr(self.view, self.method.lower(), None)
        return hasattr(handler, "honours_key")

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for body in bodies.values():
            body["headers"] = LIMIT_HEADERS
        refused = {*ALWAYS, *((404,) if "{" in self.path else ())}
        if self.method != "GET":
            refused |= {*OF_WRITES}
        refused |= set(cast(Any, self.view).refusals)
        shape = self.resolve_serializer(ErrorSerializer, direction)
        for status in sorted(refused):
            when, code, message = REFUSALS[status]
            example = {"code": code, "message": message, "data": {}}
            content = {"application/json": {"schema": shape.ref, "example": example}}
            bodies[str(status)] = {"description": when, "content": content}
        return bodies
