"""What the services ask of each kind. Rows are locked, values checked; an act is open."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from accounts.models import Client, Membership
from campaigns.records.values import Values

#: What was removed along with the rows, by kind: {"refunds": 2}.
Removed = Mapping[str, int]


class Writer(ABC):
    """Adds, changes and removes the rows of one kind, and keeps what follows from them."""

    def lock(self, client: Client, ids: list[int]) -> None:
        """Lock what is locked before the rows themselves, so that writers wait in one order."""
        return None

    @abstractmethod
    def create(self, client: Client, actor: Membership | None, values: Values) -> Any: ...

    @abstractmethod
    def change(
        self, client: Client, actor: Membership | None, rows: list[Any], values: Values
    ) -> int:
        """Give every row the values; how many rows became others."""

    @abstractmethod
    def remove(
        self, client: Client, actor: Membership | None, rows: list[Any], with_hanging: bool
    ) -> Removed:
        """Remove the rows; what went along. Refuses where something hangs on them that must not."""
