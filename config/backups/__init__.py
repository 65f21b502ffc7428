"""A backup and what brings it back: the database, the files on their way in, and which keys are needed."""

from config.backups.manifest import BackupInvalid
from config.backups.restoring import restore
from config.backups.saving import backup

__all__ = ["BackupInvalid", "backup", "restore"]
