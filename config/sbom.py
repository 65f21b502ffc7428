"""`python -m config.sbom`: what an installation consists of, as CycloneDX JSON, from the lock files.

The lock files are what is installed, hash by hash, so nothing else has to be asked. The same files
give the same document: it has no date and no number of its own. Packages of the operating system
are the base image's business and not in it.
"""

import json
import re
import sys
import tomllib
from base64 import b64decode
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ("requirements.txt", "requirements-worker.txt")
FRONT = "package-lock.json"
_LINE = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[^\]]*\])?==(?P<version>\S+)(?: ; (?P<marker>.*?))?(?: \\)?$"
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def document(root: Path = ROOT) -> dict[str, Any]:
    """The bill of materials of the web, the workers and the pages; developers' tools are not in it."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    found = [part for name in PYTHON for part in _python((root / name).read_text())]
    found += _front(json.loads((root / FRONT).read_text()))
    parts = {part["bom-ref"]: part for part in found}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": "rumbo", "name": project["name"],
                "version": project["version"],
            },
        },
        "components": [parts[name] for name in sorted(parts)],
        "dependencies": [{"ref": "rumbo", "dependsOn": sorted(parts)}],
    }  # fmt: skip


def _python(locked: str) -> list[dict[str, Any]]:
    """One component per line `name==version ; marker`, with the hashes of the files that may be it."""
    parts: list[dict[str, Any]] = []
    for line in locked.splitlines():
        if match := _LINE.match(line):
            parts.append(_component("pypi", match["name"].lower(), match["version"]))
            licence = _licence(match["name"])
            parts[-1] |= {"licenses": [{"expression": licence}]} if licence else {}
            parts[-1]["properties"] = [{"name": "lock:marker", "value": match["marker"] or ""}]
        elif match := _HASH.search(line):
            parts[-1]["properties"].append({"name": "lock:sha256", "value": match[1]})
    return parts


def _front(lock: dict[str, Any]) -> list[dict[str, Any]]:
    parts = []
    for path, package in lock["packages"].items():
        if not path or package.get("dev"):
            continue
        part = _component("npm", path.rpartition("node_modules/")[2], package["version"])
        algorithm, _, digest = package["integrity"].partition("-")
        name = algorithm.upper().replace("SHA", "SHA-")
        part["hashes"] = [{"alg": name, "content": b64decode(digest).hex()}]
        if licence := package.get("license"):
            part["licenses"] = [{"expression": licence}]
        parts.append(part)
    return parts


def _component(kind: str, name: str, version: str) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _licence(name: str) -> str | None:
    """As the installed package says it; None where it is not installed or says it in no known form."""
    try:
        said = metadata(name)
        found = "License-Expression" in said
        return said["License-Expression"] if found else None
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1)
    sys.stdout.write("\n")
