"""A real PostgreSQL and a real Valkey for one machine, started on demand and shared by its processes.

`services()` is all that others need. Who uses the servers holds a shared lock on `users.lock` for as
long as the process lives, however it ends; the keeper (keeper.py) stops the servers when nobody does.
"""

from config.embedded.client import leave, services
from config.embedded.record import Services, local_secret

__all__ = ["Services", "leave", "local_secret", "services"]
