"""What a backup says of itself: rows per table, a hash per file, the keys that open its secrets."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST, DUMP, MEDIA = "manifest.json", "database.dump", "media"
FORMAT = 1
CHUNK = 1024 * 1024


class BackupInvalid(Exception):
    """The backup cannot be made or brought back; the message says why and what would help."""


@dataclass(frozen=True)
class Manifest:
    """rows: table → rows. files: path within the backup → SHA-256. keys: key id → fingerprint."""

    made_at: str
    postgres: int
    migrations: list[str]
    rows: dict[str, int]
    files: dict[str, str]
    keys: dict[str, str]
    secret_key: str
    seconds: float
    format: int = FORMAT

    def write(self, directory: Path) -> None:
        (directory / MANIFEST).write_text(json.dumps(asdict(self), indent=1) + "\n")


def read(directory: Path) -> Manifest:
    """The manifest of a backup whose every file is there and is what it was."""
    try:
        said = json.loads((directory / MANIFEST).read_text())
        found = Manifest(**said)
    except FileNotFoundError:
        raise BackupInvalid(f"{directory} is no backup: it has no {MANIFEST}.") from None
    except (ValueError, TypeError) as error:
        raise BackupInvalid(f"{directory / MANIFEST} cannot be read.") from error
    if found.format != FORMAT:
        raise BackupInvalid(f"This backup is of format {found.format}; this Rumbo reads {FORMAT}.")
    wrong = [name for name, digest in found.files.items() if digest_of(directory / name) != digest]
    if wrong:
        raise BackupInvalid(f"Not what was saved, or missing: {', '.join(sorted(wrong))}.")
    return found


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file; None if it is not there."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def digests_of(directory: Path) -> dict[str, str]:
    """Of every file below the directory, by its path there."""
    return {
        str(path.relative_to(directory)): str(digest_of(path))
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def fingerprint(key: bytes) -> str:
    """Tells whether a key is the same one, and nothing about it: keys have 256 bits of chance."""
    return hashlib.sha256(b"rumbo.backup:" + key).hexdigest()[:16]
