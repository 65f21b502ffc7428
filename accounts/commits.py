"""What happens once a transaction has committed: messages to workers, files to clear away, mail.

Django's own on_commit(…, robust=True) breaks the request when a functools.partial fails in it.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.outages import outage_of

log = logging.getLogger(__name__)


def after_commit(action: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Call action(*args, **kwargs) after the commit. What is saved is saved: a failure is only logged."""

    def act() -> None:
        try:
            action(*args, **kwargs)
        except Exception as error:  # whatever it is, the commit stands
            name = getattr(action, "__qualname__", repr(action))
            if outage := outage_of(error):
                log.warning("%s was not done after a commit: %s", name, outage.code)
            else:
                log.exception("%s failed after a commit", name)

    transaction.on_commit(act)
