"""Translations: what the code and the templates ask for is found, merged, judged and compiled."""

import gettext
from pathlib import Path

import pytest

from config import messages

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
def f(n):
    _("Leads")
    ngettext("%(n)s lead", "%(n)s leads", n)
    pgettext("verb", "Close")
"""
TEMPLATE = """{% load i18n %}
<p title="it's">{% translate "Cost per lead" %}</p>
{% blocktranslate trimmed with name=x %}
  Hello {{ name }}
{% endblocktranslate %}
    {{ value|default:_("nothing") }}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis" / "code.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    return tmp_path


def translate(root: Path, pairs: dict[str, str], language: str = "es") -> None:
    path = messages.catalogue_path(language, root / "locale")
    text = path.read_text()
    for source, target in pairs.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
        text = text.replace(
            f'msgid_plural "{source}"\nmsgstr[0] ""\nmsgstr[1] ""',
            f'msgid_plural "{source}"\nmsgstr[0] "{target}"\nmsgstr[1] "{target}"',
        )
    path.write_text(text)


SPANISH = {
    "Leads": "Leads",
    "%(n)s leads": "%(n)s leads",
    "Close": "Cerrar",
    "Cost per lead": "Coste por lead",
    "Hello %(name)s": "Hola, %(name)s",
    "nothing": "nada",
}


def test_code_and_templates_are_read(root: Path) -> None:
    found = {(message.id, message.context) for message in messages.extract_all(root) if message.id}
    assert found == {
        ("Leads", None),
        (("%(n)s lead", "%(n)s leads"), None),
        ("Close", "verb"),
        ("Cost per lead", None),
        ("Hello %(name)s", None),
        ("nothing", None),
    }


def test_complete_and_current_catalogues_have_no_problem_and_compile(root: Path) -> None:
    assert messages.update_all(root) == {"es": 6, "pt": 6}
    translate(root, SPANISH)
    assert messages.problems(root) == []
    (made, _) = messages.compile_all(root / "locale")
    with made.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Cost per lead") == "Coste por lead"
    before = messages.catalogue_path("es", root / "locale").read_text()
    messages.update_all(root)
    assert messages.catalogue_path("es", root / "locale").read_text() == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"nothing": ""}, "'nothing' is not translated"),
        ({"Hello %(name)s": "Hola, %(nombre)s"}, "has other placeholders"),
    ],
)
def test_what_is_wrong_is_named(root: Path, change: dict[str, str], expected: str) -> None:
    messages.update_all(root)
    translate(root, SPANISH | change)
    (problem,) = messages.problems(root)
    assert expected in problem.text


def test_a_message_that_is_new_in_the_code_is_missed(root: Path) -> None:
    messages.update_all(root)
    translate(root, SPANISH)
    (root / "kpis" / "more.py").write_text('_("Goals")')
    assert [problem.text for problem in messages.problems(root)] == [
        "1 messages are new or gone ('Goals', …); run `make messages`"
    ] * 2
