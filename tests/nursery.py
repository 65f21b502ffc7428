"""The parent of a test's Celery processes: `python -m tests.nursery` reads orders, a line of JSON each.

It imports the house and runs its checks once, which is nearly all that a worker does until it is ready; each order
is a fork of it that becomes `celery` with a session, a log and a name of its own. Answers with the pid.
"""

import gc
import json
import os
import signal
import sys

from celery.__main__ import main
from django.db import connections

from config.celery import app


def prepare() -> None:
    app.loader.import_default_modules()
    app.finalize()
    connections.close_all()
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # they have just been made, here
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is killed leaves nothing behind
    gc.freeze()


def become(name: str, log: str, arguments: list[str]) -> None:
    """In the fork: go on as `celery` with these arguments. Does not return."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for path, flags, targets in ((os.devnull, os.O_RDONLY, (0,)), (log, os.O_WRONLY, (1, 2))):
        opened = os.open(path, flags | os.O_CREAT, 0o600)
        for target in targets:
            os.dup2(opened, target)
        os.close(opened)
    os.environ["PGAPPNAME"] = name
    sys.argv = ["celery", "-A", "config.celery", *arguments]
    main()


if __name__ == "__main__":
    prepare()
    while order := sys.stdin.readline():
        if pid := os.fork():
            print(pid, flush=True)
        else:
            become(**json.loads(order))
