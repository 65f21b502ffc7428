"""How a body is read: JSON only, and nothing in it that PostgreSQL or UTF-8 cannot hold."""

from collections.abc import Collection, Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.serializers import Serializer

DEEPEST = 12


class StrictJSONParser(JSONParser):
    """Refuses NUL, lone surrogates and absurd nesting anywhere in the document."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            document = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        _refuse_unstorable(document, 0)
        return document


def _refuse_unstorable(part: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ParseError(_("The JSON is nested too deeply."))
    if isinstance(part, str):
        if "\0" in part:
            raise ParseError(_("The text contains a NUL character, which cannot be stored."))
        if not part.isascii():
            _refuse_lone_surrogates(part)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            _refuse_unstorable(key, depth + 1)
            _refuse_unstorable(value, depth + 1)
    elif isinstance(part, list):
        for value in part:
            _refuse_unstorable(value, depth + 1)


def _refuse_lone_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = _("The text contains half a character (a lone surrogate).")
        raise ParseError(message) from error


def refuse_unknown_fields(body: Any, known: Collection[str]) -> None:
    """A misspelt field that is ignored would leave undone what was asked for.

    With fields rather than names, what a field holds is looked at likewise.
    """
    found = _unknown_in(body, known)
    if found:
        raise ValidationError(found)


def _unknown_in(body: Any, known: Collection[str]) -> dict[str, Any]:
    if not isinstance(body, Mapping):
        return {}
    found: dict[str, Any] = {}
    if unknown := sorted(set(body).difference(known)):  # asked of each of a thousand rows
        detail = ErrorDetail(str(_("There is no such field.")), "unknown_field")
        found = {name[:60]: [detail] for name in unknown}
    for name, field in known.items() if isinstance(known, Mapping) else ():
        if isinstance(field, Serializer) and (inner := _unknown_in(body.get(name), field.fields)):
            found[name] = inner
    return found


class AlwaysJSON(BaseContentNegotiation):
    """Whatever the Accept header says, the answer is JSON: an error must be readable too."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
