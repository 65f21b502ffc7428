"""Translations without gettext's programs: extract, merge, compile and judge the .po files with Babel."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
APPS = ("accounts", "campaigns", "config", "inbox", "kpis", "steering", "webhooks")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# English is what the code says; Portuguese is kept where KPI names are given, and may be partial.
COMPLETE = ("es",)
PARTIAL = ("pt",)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@dataclass(frozen=True)
class Problem:
    """Something `make check` refuses: in which file, and what."""

    path: Path
    text: str


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write a .mo beside every .po; returns what was written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        draft = target.with_suffix(".mo.new")
        with source.open("rb") as file, draft.open("wb") as out:
            write_mo(out, read_po(file, locale=source.parent.parent.name))
        draft.replace(target)
        written.append(target)
    return written


def template_source(text: str) -> io.BytesIO:
    """A Django template as lines that Babel's Python extractor can read: only its messages are left."""
    return io.BytesIO("\n".join(line.strip() for line in templatize(text).splitlines()).encode())


def sources(root: Path = ROOT) -> Iterator[tuple[Path, bool]]:
    """(file, whether it is a template) of everything that may hold a message."""
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, False
    for folder in ("templates", *(f"{app}/templates" for app in APPS)):
        for suffix in ("html", "txt"):
            for path in sorted((root / folder).rglob(f"*.{suffix}")):
                yield path, True


def extract_all(root: Path = ROOT) -> Catalog:
    """Every message the code asks for, with the files that ask."""
    found = Catalog(project="Rumbo", charset="utf-8")
    for path, is_template in sources(root):
        text = path.read_text()
        stream = template_source(text) if is_template else io.BytesIO(text.encode())
        where = [(str(path.relative_to(root)), 0)]
        for _line, message, comments, context in extract(
            "python", stream, KEYWORDS, comment_tags=["Translators:"]
        ):
            found.add(message, None, where, auto_comments=comments, context=context)
    return found


def catalogue_path(language: str, locale: Path = LOCALE) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, project="Rumbo", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update_all(root: Path = ROOT) -> dict[str, int]:
    """Merge what the code asks for into each .po; returns how many messages each one has not translated.

    A message that nobody asks for any more goes; no translation is guessed from a similar message.
    """
    wanted = extract_all(root)
    missing = {}
    for language in (*COMPLETE, *PARTIAL):
        path = catalogue_path(language, root / "locale")
        catalogue = read(path, language)
        catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
        missing[language] = sum(
            1 for message in catalogue if message.id and not is_translated(message)
        )
    return missing


def texts(value: str | Sequence[str] | None) -> list[str]:
    """The forms of a message or of its translation: one, or one per plural form."""
    return [value] if isinstance(value, str) else list(value or [""])


def is_translated(message: Message) -> bool:
    return all(texts(message.string))


def problems(root: Path = ROOT) -> list[Problem]:
    """What is wrong with the .po files: out of date, incomplete, unsure, or with other placeholders."""
    wanted = {(message.id, message.context) for message in extract_all(root) if message.id}
    found = []
    for language in (*COMPLETE, *PARTIAL):
        path = catalogue_path(language, root / "locale")
        catalogue = read(path, language)
        has = {(message.id, message.context): message for message in catalogue if message.id}
        if differing := wanted ^ set(has):
            some = ", ".join(sorted(repr(key[0]) for key in differing)[:3])
            text = f"{len(differing)} messages are new or gone ({some}, …); run `make messages`"
            found.append(Problem(path, text))
        for message in has.values():
            for text in judge(message, is_complete=language in COMPLETE):
                found.append(Problem(path, f"{message.id!r} {text}"))
    return sorted(found, key=str)


def judge(message: Message, *, is_complete: bool) -> Iterator[str]:
    """What is wrong with one translation."""
    if message.fuzzy:
        yield "is marked fuzzy"
    if not is_translated(message):
        if is_complete:
            yield "is not translated"
        return
    ids = texts(message.id)
    allowed = {name for text in ids for name in PLACEHOLDER.findall(text)}
    needed = set(PLACEHOLDER.findall(ids[-1]))
    for text in texts(message.string):
        names = set(PLACEHOLDER.findall(text))
        # A singular may say "one" instead of the number.
        if not names <= allowed or (len(ids) == 1 and names != needed):
            yield f"has other placeholders in its translation: {text!r}"


if __name__ == "__main__":
    compile_all()
