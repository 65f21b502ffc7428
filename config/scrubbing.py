"""What a line of the log may not hold: addresses of people, tokens, passwords, values of rows."""

import re
import traceback
from typing import Any

SECRET_NAMES = re.compile(
    r"pass(word|wd)?|secret|token|cookie|authorization|api_?key|e?mail|phone", re.IGNORECASE
)
PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"\brumbo_[A-Za-z0-9_-]{16,}"), "[token]"),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), "[login]"),
    (re.compile(r"(?i)\bbearer\s+[^\s,]+"), "bearer [token]"),
    # Addresses that let in whoever has them.
    (re.compile(r"(/invitations/|/confirm-email/|/reset/key/)[^/\s\"']+"), r"\1…"),
    (re.compile(r"\n?DETAIL:.*", re.DOTALL), ""),
)
#: An error quotes what it stumbled over, and that may be anybody's name.
QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\((?=[^()\n]*=)[^()\n]*\)=\([^()\n]*\)")
MOST_FRAMES = 30


def scrub(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """structlog processor, the last before a line is written."""
    return {name: _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return "[secret]" if SECRET_NAMES.search(name) else clean_text(value)
    if isinstance(value, dict):
        return {str(key): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, inner) for inner in value]
    if isinstance(value, BaseException):
        return clean_text(QUOTED.sub("'…'", str(value)))
    return value


def clean_text(text: str) -> str:
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


class ExceptionShort:
    """An exception and its causes: class, message without what it quotes, and where; never local values."""

    def __call__(self, exc_info: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        error: BaseException | None = exc_info[1]
        while error is not None and len(found) < 5:
            frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
            found.append(
                {
                    "class": f"{type(error).__module__}.{type(error).__qualname__}",
                    "message": QUOTED.sub("'…'", clean_text(str(error))),
                    "frames": [f"{each.filename}:{each.lineno} {each.name}" for each in frames],
                }
            )
            error = error.__cause__ or error.__context__
        return found
