"""The steps of the Dockerfile that are ours, run as they stand in a directory like the image's.

No daemon is needed: what the base image and the registries bring is taken as it is here.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def ignored(directory: str, names: list[str]) -> set[str]:
    """What .dockerignore keeps out of the image."""
    patterns = (ROOT / ".dockerignore").read_text().split()
    here = Path(directory).relative_to(ROOT)
    return {
        name for name in names for pattern in patterns
        if (here / name).match(pattern.removeprefix("**/")) and ("**" in pattern or "*" in pattern
            or str(here / name) == pattern)
    }  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """What `COPY . .` and the front's stage leave in /app."""
    if not (ROOT / "node_modules").exists():
        pytest.skip("the front-end packages are not installed here")
    copied = tmp_path / "app"
    shutil.copytree(ROOT, copied, ignore=ignored)
    (copied / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    return copied


def test_the_image_is_built_from_what_is_copied(app: Path, tmp_path: Path) -> None:
    (step,) = re.findall(
        r"^RUN (python -c .*?[^\\])\n(?=[A-Z])", DOCKERFILE, re.MULTILINE | re.DOTALL
    )
    tools = str(Path(sys.executable).parent)
    environment = {
        "PATH": os.pathsep.join([tools, os.defpath]), "HOME": str(tmp_path / "empty"),
        "RUMBO_ENV": "production", "RUMBO_HOME": str(tmp_path / "home"),
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-euc", step.replace("\\\n", " ")], cwd=app, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (app / "node_modules").exists() and not (tmp_path / "empty").exists()
    files = json.loads((app / "staticfiles" / "staticfiles.json").read_text())["paths"]
    assert (app / "staticfiles" / files["rumbo/cards.css"]).exists()
    assert any(name.startswith("vendor/") for name in files)
    assert (app / "locale" / "es" / "LC_MESSAGES" / "django.mo").exists()
    assert json.loads((app / "sbom.cdx.json").read_text())["bomFormat"] == "CycloneDX"
    assert not (app / "tests").exists() and not (app / ".rumbo").exists()
    assert settings.SECRET_KEY not in DOCKERFILE
