"""compose.yaml: what it names exists, secrets reach who needs them, and its commands run as they stand.

No container is built here: the same commands run with the same environment on servers of the test's own.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from accounts.roles import APP, OWNER
from tests.config.test_operations import TOLD, variables_told
from tests.operating.conftest import Keys
from tests.operating.house import House
from tests.processes import wait_until

ROOT = Path(settings.BASE_DIR)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, each in SERVICES.items() if each["image"] == "rumbo"]
GIVEN = re.compile(r"\$\{(\w+)(:[?-][^}]*)?\}")
#: What libpq and the script of the roles read.
OF_ROLES = {"PGHOST", "PGUSER", "PGPASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "BACKUP_PASSWORD"}


def test_every_variable_is_known_and_told() -> None:
    named = {name for service in OURS for name in SERVICES[service]["environment"]}
    assert named - variables_told() - OF_ROLES == set()
    asked = GIVEN.findall((ROOT / "compose.yaml").read_text())
    assert {name for name, default in asked if not default} == set()
    required = {name for name, default in asked if default == ":?"}
    assert {name for name in required if name not in TOLD} == set()


def test_secrets_reach_only_who_needs_them() -> None:
    def holders(word: str) -> set[str]:
        return {name for name, each in SERVICES.items() if word in str(each.get("environment", ""))}

    assert holders("rumbo_owner:") == {"migrate"}
    assert holders("rumbo_backup:") == {"backup"}
    assert holders("POSTGRES_PASSWORD") == {"postgres", "roles"}
    for name in ("Dockerfile", ".dockerignore", "compose.yaml"):
        assert settings.SECRET_KEY not in (ROOT / name).read_text()
    assert {each.get("ports", [""])[0].partition(":")[0] for each in SERVICES.values()} == {
        "", "127.0.0.1",
    }  # fmt: skip


def test_each_part_is_watched_and_started_again() -> None:
    lasting = {name for name, each in SERVICES.items() if each["restart"] == "unless-stopped"}
    assert lasting == {"web", "worker", "scheduler", "postgres", "broker", "cache"}
    assert {name for name in lasting if "healthcheck" not in SERVICES[name]} == set()
    needed = {on for each in SERVICES.values() for on in each.get("depends_on", {})}
    assert needed <= set(SERVICES)
    mounted = {at.partition(":")[0] for each in SERVICES.values() for at in each.get("volumes", [])}
    assert mounted == set(COMPOSE["volumes"])


def test_the_image_installs_what_is_locked_and_runs_as_nobody_special() -> None:
    said = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in said and "npm ci --ignore-scripts" in said
    assert said.index("\nUSER rumbo") < said.index("\nCMD ")
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", said, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split())
    assert re.search(r"CMD \[(.*)\]", said)[1].replace('"', "") == ", ".join(  # type: ignore[index]
        SERVICES["web"]["command"]
    )


def environment_of(service: str, here: House) -> dict[str, str]:
    """As compose would give it, with this house's servers instead of compose's."""
    given = {"SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "rumbo.example",
             "PUBLIC_URL": "https://rumbo.example", "TRUSTED_PROXY_COUNT": "1"}  # fmt: skip

    def value(match: re.Match[str]) -> str:
        default = (match[2] or "")[2:] if (match[2] or "").startswith(":-") else "x"
        return given.get(match[1], default)

    named = SERVICES[service]["environment"].items()
    found = {name: GIVEN.sub(value, str(text)) for name, text in named}
    ours = {
        "DATABASE_URL": here.services.database_url(APP), "REDIS_URL": here.services.redis_url(0),
        "DATABASE_OWNER_URL": here.services.database_url(OWNER),
        "CACHE_URL": here.services.redis_url(1), "MEDIA_ROOT": str(here.media),
    }  # fmt: skip
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    home = {"RUMBO_HOME": str(here.home), "PORT": str(here.port)}
    return kept | home | found | {name: ours[name] for name in ours if name in found}


def words_of(service: str, here: House) -> list[str]:
    """The command, with this test's interpreter, port and directory."""
    first, *rest = [str(word) for word in SERVICES[service]["command"]]
    instead = {"8000": str(here.port), "0.0.0.0": "127.0.0.1"}  # noqa: S104
    rest = [instead.get(word, word).replace("/var/lib/rumbo", str(here.home)) for word in rest]
    return rest if first == "python" else ["-m", first, *rest]


def check(service: str, here: House) -> bool:
    test = SERVICES[service]["healthcheck"]["test"]
    done = subprocess.run(
        [sys.executable, *test[2:]], cwd=ROOT, env=environment_of(service, here),
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def test_its_commands_run_and_pass_their_health_checks(
    open_house: Callable[..., House], keys: Keys
) -> None:
    here = open_house()
    assert not check("web", here)
    done = subprocess.run(
        [sys.executable, *words_of("migrate", here)], cwd=ROOT,
        env=environment_of("migrate", here), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for service in ("web", "worker", "scheduler"):
        log = (here.home / f"{service}.log").open("ab")
        here.running[service] = subprocess.Popen(
            [sys.executable, *words_of(service, here)], cwd=ROOT, stdout=log, stderr=log,
            env=environment_of(service, here), start_new_session=True,
        )  # fmt: skip
        log.close()
    for service in ("web", "worker", "scheduler"):
        wait_until(lambda service=service: check(service, here))
    host = {"Host": "rumbo.example"}
    assert here.ask("/readyz", headers=host).status == 200
    plain = here.ask("/api/v1/clients/", headers={**keys.api(), **host})
    assert (plain.status, plain.headers["Location"]) == (
        301, "https://rumbo.example/api/v1/clients/",
    )  # fmt: skip
    behind_tls = {**keys.api(), **host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "::1"}
    answer = here.ask("/api/v1/clients/", headers=behind_tls)
    assert answer.status == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert here.ask("/healthz", headers={"Host": "other.example"}).status == 400


def test_the_roles_script_sets_roles_and_passwords(open_house: Callable[..., House]) -> None:
    here = open_house()
    if shutil.which("sh") is None:
        pytest.skip("no shell here")
    environment = environment_of("roles", here) | {
        "PGHOST": "127.0.0.1", "PGPORT": str(here.services.postgres_port),
        "PGPASSWORD": here.services.passwords["postgres"], "OWNER_PASSWORD": "new-owner",
        "APP_PASSWORD": here.services.passwords[APP], "BACKUP_PASSWORD": "new-backup",
    }  # fmt: skip
    tools = os.pathsep.join([str(here.programs), str(Path(sys.executable).parent)])
    environment["PATH"] = os.pathsep.join([tools, environment["PATH"]])
    done = subprocess.run(
        ["sh", "config/set_roles.sh"], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    here.services.passwords[OWNER] = "new-owner"
    here.start("migrate", "manage.py", "migrate", "--check")
    assert here.running["migrate"].wait() == 0
