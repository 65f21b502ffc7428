"""The rules of the house that a machine can read: layers, pure modules, one place for each thing."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "accounts",
    "inbox",
    "webhooks",
    "campaigns",
    "kpis",
    "steering",
)  # imports point left, never right
PURE = {
    "steering": {"rule_terms", "words"},
    "webhooks": {"kinds", "places", "signing", "waits"},
    "campaigns": {"measures", "channels", "channel_sources", "csv_cells"},
    "kpis": {
        "calculate", "calendar", "catalogue", "charts", "compare", "coverage", "custom", "formats", "formula", "goals",
        "question", "rules", "trials", "value",
        "anomalies", "explain", "as_of", "rate_days",
        "choosing", "forecast",
    },
}  # fmt: skip
#: Django that a pure module may use: texts and checks know no database.
PURE_DJANGO = ("django.utils", "django.core.checks")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "core"}
FILES = sorted(
    file
    for app in (*APPS, "config")
    for file in (ROOT / app).rglob("*.py")
    if "migrations" not in file.parts and not (app == "config" and file.name == "settings.py")
)


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def is_pure(file: Path) -> bool:
    app, *rest = file.relative_to(ROOT).with_suffix("").parts
    return rest[0] in PURE.get(app, set())


def faults(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text())
    app = file.relative_to(ROOT).parts[0]
    names = set(imports(tree))
    if {file.stem, *file.relative_to(ROOT).parts} & FORBIDDEN_NAMES:
        yield "its name says nothing"
    if file.stat().st_size and not ast.get_docstring(tree):
        yield "a module says what lives in it and what does not"
    if app in APPS:
        later = APPS[APPS.index(app) + 1 :]
        if left := {name for name in names if name.split(".")[0] in later}:
            yield f"imports point left: {left}"
    if is_pure(file):
        django = {
            name for name in names if name.startswith("django") and not name.startswith(PURE_DJANGO)
        }
        orm = {
            name for name in names if ".models" in name or "queries" in name or "services" in name
        }
        if django | orm:
            yield f"a pure module knows no database: {django | orm}"
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in (one for one in ast.walk(tree) if isinstance(one, functions)):
        if own := {name for name in imports(node) if name.split(".")[0] in (*APPS, "config")}:
            yield f"{node.name} imports {own}: a layer is wrong"


def test_every_module_keeps_the_rules() -> None:
    assert len(FILES) > 500
    assert [f"{relative(file)}: {fault}" for file in FILES for fault in faults(file)] == []


def test_surfaces_do_not_query() -> None:
    for file in FILES:
        if file.stem.endswith(("views", "api")) or file.parent.name in ("views", "api"):
            assert ".objects" not in file.read_text(), f"{relative(file)} asks a query or a service"


def test_services_know_no_request() -> None:
    for file in FILES:
        if file.stem.endswith(("services", "queries")):
            names = set(imports(ast.parse(file.read_text())))
            seen = {
                name
                for name in names
                if name.startswith(("django.http", "django.forms", "rest_framework"))
            }
            assert not seen, relative(file)


def test_only_tenancy_opens_the_wall() -> None:
    owners = {relative(file) for file in FILES if "set_config(" in file.read_text()}
    assert owners == {"accounts/tenancy.py"}
    clocks = {relative(file) for file in FILES if "as_clock(" in file.read_text()}
    # The scheduler's file, and the one question that a command asks before it knows its agency.
    assert clocks <= {"accounts/tenancy.py", "accounts/queries.py", "kpis/clock.py"}
