"""docs/operations.md and the code name the same variables, commands and metrics."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TOLD = (ROOT / "docs" / "operations.md").read_text()
READ = re.compile(r'\b(?:env\.\w+\(|\w+\(env,)\s*"([A-Z_]+)"|environ(?:\.get\(|\[)"([A-Z_]+)"')
#: Not an operator's to set: they are how our own programs call each other, or Django's.
INNER = {"PATH", "HOME", "CI", "RUMBO_STARTED", "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER"}


def variables_read() -> set[str]:
    files = [path for path in ROOT.glob("config/**/*.py") if "bootstrap" not in path.parts]
    found = {name for path in files for pair in READ.findall(path.read_text()) for name in pair}
    return found - INNER - {""}


def variables_told() -> set[str]:
    table = TOLD[TOLD.index("\n## Configuration") : TOLD.index("\n## Database roles")]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    local = next(line for line in TOLD.splitlines() if line.startswith("Locally also:"))
    after = TOLD[TOLD.index(local) :].split("\n\n")[0]
    return set(re.findall(r"`([A-Z][A-Z_]{3,})`", "".join(rows) + after))


def test_every_variable_is_in_the_table() -> None:
    assert variables_read() - variables_told() == set()


def test_the_table_names_no_variable_that_nothing_reads() -> None:
    tests_own = {"RUMBO_DATA", "RUMBO_CHROMIUM"}
    assert variables_told() - variables_read() - tests_own == set()


def test_every_command_is_told() -> None:
    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert {name for name in commands if f"manage.py {name}" not in TOLD} == set()


def test_every_metric_is_told() -> None:
    source = (ROOT / "config" / "metrics.py").read_text()
    names = set(re.findall(r'"(rumbo_[a-z_]+)"', source))
    names |= {
        f"rumbo_{name}" for name in re.findall(r'^            \("([a-z_]+)", "', source, re.M)
    }
    assert len(names) >= 9
    assert {name for name in names if f"`{name}" not in TOLD} == set()
