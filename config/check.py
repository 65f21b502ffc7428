"""`make check`: everything that can be judged without running the product. Runs all, then says what failed."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from config import embedded
from config.bootstrap.console import HOME, ROOT

# A production's environment, as far as `check --deploy` looks at it.
PRODUCTION = {
    "RUMBO_ENV": "production",
    "ALLOWED_HOSTS": "rumbo.example",
    "DEFAULT_FROM_EMAIL": "rumbo@rumbo.example",
    "EMAIL_HOST": "mail.rumbo.example",
}


def production_environment() -> dict[str, str]:
    """PRODUCTION with real servers and a fresh secret."""
    here = dict(PRODUCTION, SECRET_KEY=secrets.token_urlsafe(60))
    if not os.environ.get("DATABASE_URL"):
        services = embedded.services(HOME)
        here["DATABASE_URL"] = services.database_url("rumbo_app")
        here["DATABASE_OWNER_URL"] = services.database_url("rumbo_owner")
        here["REDIS_URL"] = services.redis_url()
    return here


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """(what, command, environment beyond our own)"""
    python, manage = sys.executable, [sys.executable, "manage.py"]
    tools = Path(sys.executable).parent
    templates = [str(path) for path in ROOT.glob("*/templates")] + [str(ROOT / "templates")]
    deploy = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
    return [
        ("format", [str(tools / "ruff"), "format", "--check", "."], {}),
        ("lint", [str(tools / "ruff"), "check", "."], {}),
        ("types", [python, "-m", "mypy"], {}),
        ("templates", [str(tools / "djlint"), "--lint", "--quiet", *templates], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        ("messages", [*manage, "messages", "--check"], {}),
        ("system checks", [*manage, "check", "--fail-level", "WARNING"], {}),
        ("deployment checks", deploy, production_environment()),
    ]


def main() -> int:
    failed = []
    for what, command, extra in checks():
        started = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | extra, capture_output=True, text=True, check=False
        )
        verdict = "failed" if done.returncode else "ok"
        print(f"  {what:<18} {verdict}  {time.monotonic() - started:.1f} s", flush=True)
        if done.returncode:
            failed.append(what)
            print(f"{done.stdout}{done.stderr}".rstrip(), flush=True)
    if failed:
        print(f"\nFailed: {', '.join(failed)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
