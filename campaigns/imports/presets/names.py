"""Header names written in one line, the languages after each other: English, Spanish, Portuguese, French, German."""

from collections.abc import Mapping

from campaigns.imports.presets.preset import PresetColumn


def named(
    text: str,
    *,
    needed: bool = False,
    constant: str | None = None,
    values: Mapping[str, str] | None = None,
    default: str | None = None,
    joined: str = "",
) -> PresetColumn:
    """A column by its folded names, parted by |, best first."""
    return PresetColumn(_parted(text), needed, constant, values, default, _parted(joined))


def _parted(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split("|")) if text else ()


def values_of(**codes: str) -> dict[str, str]:
    """Texts in a file → code, from code="text | text"."""
    return {text: code for code, texts in codes.items() for text in _parted(texts)}
