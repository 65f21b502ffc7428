"""The text of a formula as a tree of names, numbers and four operators, and back.

Pure, and a closed grammar: whatever is not listed here is refused where it stands.

    sum     = product (("+" | "-") product)*
    product = part (("*" | "/") part)*
    part    = number | name filters? | "(" sum ")"
    filters = "[" dimension "=" value ("|" value)* ("," …)* "]"
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn

from django.utils.translation import gettext_lazy as _

from kpis.catalogue.kpi import Words
from kpis.custom.problems import FormulaInvalid, Span
from kpis.formula import Operator

MOST_CHARACTERS = 1000
MOST_SIGNS = 60
DEEPEST = 20
_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Restriction:
    """One filter of a name: `channel=paid_search|email`."""

    dimension: str
    values: tuple[str, ...]
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    key: str
    filters: tuple[Restriction, ...] = ()
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    operator: Operator
    left: "Node"
    right: "Node"

    @property
    def span(self) -> Span:
        return self.left.span.joined(self.right.span)


Node = Number | Name | Binary

_BINDS: dict[Operator, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
#: The signs that print in a glossary mean the same as those on a keyboard.
_SIGNS: dict[str, Operator] = {
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "×": "*", "·": "*", "/": "/", "÷": "/",
}  # fmt: skip
_TOKEN = re.compile(r"(?P<number>[0-9](?:[\w.]*\w)?)|(?P<word>\w+)|(?P<sign>\S)")
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_VALUE_ENDS = frozenset("|,]=[")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    span: Span


def parse(text: str) -> Node:
    """The tree of a formula's text. FormulaInvalid with the place of the first thing wrong."""
    if len(text) > MOST_CHARACTERS:
        _refuse(
            "too_long",
            _("A formula has at most %(most)s characters.") % {"most": MOST_CHARACTERS},
            Span(MOST_CHARACTERS, len(text)),
            _("Give a part of it a name: make it a KPI of its own."),
        )
    return _Parser(text).whole()


def names_in(node: Node) -> Iterator[Name]:
    """Every name, left to right."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Binary):
        yield from names_in(node.left)
        yield from names_in(node.right)


def as_source(node: Node) -> str:
    """The canonical text: keyboard signs, the fewest brackets. `parse` gives the same tree back."""
    if isinstance(node, Number):
        return f"{node.value:f}"
    if isinstance(node, Name):
        filters = ", ".join(f"{each.dimension}={'|'.join(each.values)}" for each in node.filters)
        return f"{node.key}[{filters}]" if filters else node.key
    own = _BINDS[node.operator]
    left, right = as_source(node.left), as_source(node.right)
    if isinstance(node.left, Binary) and _BINDS[node.left.operator] < own:
        left = f"({left})"
    if isinstance(node.right, Binary) and _BINDS[node.right.operator] <= own:
        right = f"({right})"
    return f"{left} {node.operator} {right}"


class _Parser:
    """Precedence climbing over tokens; `at` is the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0
        self.signs = 0

    def whole(self) -> Node:
        if not self.tokens:
            _refuse("empty", _("Write a formula, like ad_spend / leads."), Span(0, len(self.text)))
        node = self.expression(0)
        left = self.peek()
        if left is not None:
            self.unexpected(left)
        return node

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> _Token:
        token = self.peek()
        if token is None:
            end = len(self.text.rstrip())
            _refuse(
                "incomplete",
                _("The formula stops where a name or a number should follow."),
                Span(max(end - 1, 0), max(end, 1)),
            )
        self.at += 1
        return token

    def expression(self, loosest: int) -> Node:
        node = self.part()
        while (token := self.peek()) is not None and token.text in _SIGNS:
            operator = _SIGNS[token.text]
            if _BINDS[operator] <= loosest:
                break
            self.at += 1
            self.refuse_doubled(token)
            self.count_sign(token)
            node = Binary(operator, node, self.expression(_BINDS[operator]))
        return node

    def refuse_doubled(self, sign: _Token) -> None:
        """`**` and `//` mean something in programs; here they mean nothing."""
        following = self.peek()
        if following is not None and following.text in _SIGNS:
            _refuse(
                "two_signs",
                _("Two signs in a row: between them a name or a number is missing."),
                sign.span.joined(following.span),
                _("There are no powers: multiply instead.") if following.text == "*" else "",
            )

    def count_sign(self, sign: _Token) -> None:
        self.signs += 1
        if self.signs > MOST_SIGNS:
            _refuse(
                "too_long",
                _("A formula has at most %(most)s signs.") % {"most": MOST_SIGNS},
                sign.span,
                _("Give a part of it a name: make it a KPI of its own."),
            )

    def part(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return _number(token)
        if token.kind == "word":
            return self.name(token)
        if token.text == "(":
            return self.brackets(token)
        if token.text in _SIGNS:
            _refuse(
                "misplaced_sign",
                _("A sign stands between two things; before this one there is nothing."),
                token.span,
                _("For a negative number, subtract.") if _SIGNS[token.text] == "-" else "",
            )
        self.unexpected(token)

    def brackets(self, opening: _Token) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            _refuse(
                "too_deep",
                _("Brackets may be nested %(most)s deep.") % {"most": DEEPEST},
                opening.span,
            )
        node = self.expression(0)
        closing = self.peek()
        if closing is None:
            _refuse("unclosed", _("This bracket is never closed."), opening.span)
        if closing.text != ")":
            self.unexpected(closing)
        self.at += 1
        self.depth -= 1
        return node

    def name(self, token: _Token) -> Name:
        key = token.text.lower()
        if not _NAME.match(key):
            _refuse(
                "bad_name",
                _("“%(text)s” is not a name: names have plain letters, digits and _.")
                % {"text": token.text[:60]},
                token.span,
            )
        following = self.peek()
        if following is None or following.text != "[":
            return Name(key, (), token.span)
        self.at += 1
        filters = tuple(self.restrictions(following))
        return Name(key, filters, token.span.joined(self.tokens[self.at - 1].span))

    def restrictions(self, opening: _Token) -> Iterator[Restriction]:
        while True:
            dimension = self.take()
            if dimension.kind != "word":
                self.unexpected(dimension, _("A filter reads [channel=paid_search]."))
            sign = self.take()
            if sign.text != "=":
                self.unexpected(sign, _("A filter reads [channel=paid_search]."))
            values = [self.value(opening)]
            while (token := self.take()).text == "|":
                values.append(self.value(opening))
            span = dimension.span.joined(self.tokens[self.at - 2].span)
            yield Restriction(dimension.text.lower(), tuple(sorted(set(values))), span)
            if token.text == "]":
                return
            if token.text != ",":
                self.unexpected(token)

    def value(self, opening: _Token) -> str:
        """The words up to the next |, comma or bracket, as they are written."""
        first = self.peek()
        last = None
        while (token := self.peek()) is not None and token.text not in _VALUE_ENDS:
            last = token
            self.at += 1
        if token is None:
            _refuse("unclosed", _("This bracket is never closed."), opening.span)
        if first is None or last is None:
            _refuse("empty_filter", _("A filter needs a value."), token.span)
        return self.text[first.span.start : last.span.end]

    def unexpected(self, token: _Token, hint: Words = "") -> NoReturn:
        if token.text == ",":
            hint = hint or _("Write a decimal with a point: 0.5.")
        elif token.kind in ("word", "number"):
            hint = hint or _("Between two things stands one of + - * /.")
        _refuse(
            "unexpected",
            _("“%(text)s” makes no sense here.") % {"text": token.text[:60]},
            token.span,
            hint,
        )


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        span = Span(*match.span())
        kind = str(match.lastgroup)
        found = match.group()
        if kind == "sign" and unicodedata.category(found).startswith("C"):
            _refuse("bad_character", _("There is an invisible character here."), span)
        yield _Token(kind, found, span)


def _number(token: _Token) -> Number:
    if not _NUMBER.match(token.text):
        _refuse(
            "bad_number",
            _("“%(text)s” is not a number: at most 12 digits, and 9 after the point.")
            % {"text": token.text[:60]},
            token.span,
            _("Write it out, without letters."),
        )
    return Number(Decimal(token.text), token.span)


def _refuse(code: str, message: Words, span: Span, hint: Words = "") -> NoReturn:
    raise FormulaInvalid(code, message, span, hint)
