"""`python -m config.embedded HOME`: start the keeper in the background and wait until it is ready."""

import os
import sys
from pathlib import Path

from config.embedded import keeper
from config.embedded.record import make_home


def main(home: Path) -> int:
    """Fork: the child becomes the keeper, detached; the parent returns its verdict (0 = ready).

    After a start that failed the parent returns only when the child is gone: nothing is left behind.
    """
    make_home(home)
    (home / "log").mkdir(mode=0o700, exist_ok=True)
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with os.fdopen(reader) as answer:
            verdict = answer.readline()
        if verdict != "\n":
            os.waitpid(child, 0)
            print(verdict.strip() or "the keeper ended", file=sys.stderr)
            return 1
        return 0
    os.close(reader)
    os.setsid()
    log = os.open(home / "log" / "keeper.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    keeper.run(home, writer)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
