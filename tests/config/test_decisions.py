"""docs/decisions.md says of every dependency why it is here."""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def dependencies() -> set[str]:
    """Names as pyproject.toml and package.json write them, without versions and extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    package = json.loads((ROOT / "package.json").read_text())
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    python = [text for group in groups for text in group]
    return {re.split(r"[\[<>=~]", text)[0] for text in python} | {
        *package["dependencies"],
        *package["devDependencies"],
    }


def test_every_dependency_has_its_row() -> None:
    told = (ROOT / "docs" / "decisions.md").read_text().lower()
    assert [name for name in sorted(dependencies()) if f"**{name.lower()}" not in told] == []
