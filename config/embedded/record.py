"""What is written down about the embedded servers: ports and passwords, readable by their user only."""

import contextlib
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from accounts.roles import APP, BACKUP, OWNER

HOST = "127.0.0.1"
DATABASE = "rumbo"
SUPERUSER = "postgres"
RECORD = "services.json"


def new_secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Services:
    """Where the servers listen, how to log in, where psql and pg_dump are. Passwords are URL-safe."""

    postgres_port: int
    valkey_port: int
    programs: str = ""
    valkey_password: str = field(default_factory=new_secret, repr=False)
    passwords: dict[str, str] = field(
        default_factory=lambda: {role: new_secret() for role in (SUPERUSER, OWNER, APP, BACKUP)},
        repr=False,
    )

    def database_url(self, role: str, database: str = DATABASE) -> str:
        return f"postgres://{role}:{self.passwords[role]}@{HOST}:{self.postgres_port}/{database}"

    def redis_url(self, number: int = 0) -> str:
        """Database `number` of Valkey, 0 to 63."""
        return f"redis://:{self.valkey_password}@{HOST}:{self.valkey_port}/{number}"


def make_home(home: Path) -> None:
    """The directory of everything local. Root's servers run as another user, who must pass through."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        home.chmod(0o711)


def write_private(path: Path, text: str) -> None:
    """Write whole or not at all, for this user's eyes only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def local_secret(home: Path, name: str) -> str:
    """A secret made once and kept in `home`; of two processes that make it at once, one wins."""
    make_home(home)
    path = home / name
    if not path.exists():
        draft = home / f".{name}.{os.getpid()}"
        write_private(draft, new_secret() + new_secret())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(taken: int = 0) -> int:
    """A port nobody listens on, other than `taken`."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port != taken:
            return port


def load(home: Path) -> Services | None:
    try:
        return Services(**json.loads((home / RECORD).read_text()))
    except FileNotFoundError:
        return None


def load_or_create(home: Path, programs: Path) -> Services:
    """The keeper's way in: the recorded services, with a new port where another program took one."""
    found = load(home)
    if found is None:
        postgres_port = free_port()
        found = Services(postgres_port, free_port(taken=postgres_port))
    if not is_free(found.postgres_port):
        found = replace(found, postgres_port=free_port(taken=found.valkey_port))
    if not is_free(found.valkey_port):
        found = replace(found, valkey_port=free_port(taken=found.postgres_port))
    found = replace(found, programs=str(programs))
    write_private(home / RECORD, json.dumps(asdict(found), indent=1))
    return found
