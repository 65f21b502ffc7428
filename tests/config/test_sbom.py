"""The bill of materials names what the lock files name, with version and hashes, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

from config.sbom import document

ROOT = Path(__file__).resolve().parent.parent.parent


def by_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {
        part["name"]: part
        for part in document()["components"]
        if part["purl"].startswith(f"pkg:{kind}/")
    }


def test_every_locked_package_is_in_it_once() -> None:
    locked: dict[str, str] = {}
    for name in ("requirements.txt", "requirements-worker.txt"):
        found = re.findall(
            r"^([\w.-]+?)(?:\[.*\])?==([^\s;]+)", (ROOT / name).read_text(), re.MULTILINE
        )
        locked |= {package.lower(): version for package, version in found}
    assert {name: part["version"] for name, part in by_kind("pypi").items()} == locked
    assert len(locked) > 50
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    front = {
        path.removeprefix("node_modules/"): package["version"]
        for path, package in lock.items() if path and not package.get("dev")
    }  # fmt: skip
    assert {name: part["version"] for name, part in by_kind("npm").items()} == front


def test_every_part_can_be_recognised_by_its_hashes() -> None:
    django = by_kind("pypi")["django"]
    text = (ROOT / "requirements.txt").read_text()
    block = text[text.index("\ndjango==") + 1 :].split("\n    ")
    expected = {line.split(":")[1].rstrip(" \\").split()[0] for line in block[1:3]}
    assert expected <= {each["value"] for each in django["properties"]}
    assert django["purl"] == f"pkg:pypi/django@{django['version']}"
    for part in by_kind("npm").values():
        ((kind, digest),) = [(each["alg"], each["content"]) for each in part["hashes"]]
        assert (kind, len(bytes.fromhex(digest))) == ("SHA-512", 64)
    for part in by_kind("pypi").values():
        assert any(each["name"] == "lock:sha256" for each in part["properties"]), part["name"]


def test_it_is_the_same_each_time_and_every_reference_is_there() -> None:
    made = document()
    assert made == document()
    refs = [part["bom-ref"] for part in made["components"]]
    assert made["dependencies"] == [{"ref": "rumbo", "dependsOn": refs}]
    assert len(set(refs)) == len(refs)
