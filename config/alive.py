"""`python -m config.alive web|worker|scheduler`: a container's health check; 0 if it is alive."""

import os
import sys
import urllib.error
import urllib.request

import django
from redis.exceptions import RedisError

from kpis.heartbeat import missing_processes

PORT = 8000


def web_answers(port: int) -> bool:
    """Asked by the name it is served under: a host that is not allowed is refused."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip() or "localhost"
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/healthz", headers={"Host": host.lstrip(".")}
    )
    try:
        with urllib.request.urlopen(request, timeout=4) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def gave_a_sign(process: str) -> bool:
    """Whether a process of this kind has been heard of lately."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        return process not in missing_processes()
    except (RedisError, OSError):
        return False


def main(words: list[str]) -> int:
    if words == ["web"]:
        return 0 if web_answers(int(os.environ.get("PORT") or PORT)) else 1
    if words in (["worker"], ["scheduler"]):
        return 0 if gave_a_sign(words[0]) else 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
