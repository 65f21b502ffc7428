"""Is the process up (/healthz), and can it serve (/readyz)? No page of ours depends on these."""

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError


def database_problem() -> str | None:
    """Why the database cannot be used as it is, or None. The role must not be able to pass the wall."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            row = cursor.fetchone()
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unreachable"
    if row is None or row[0]:
        return "the role bypasses row-level security"
    if pending:
        return f"{len(pending)} migrations are not applied"
    return None


def cache_problem() -> str | None:
    """Why Valkey cannot be used, or None."""
    try:
        cache.set("rumbo:readyz", 1, timeout=10)
        return None if cache.get("rumbo:readyz") == 1 else "does not keep what it is given"
    except (RedisError, OSError):
        return "unreachable"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when a page could be served, otherwise 503 with what is in the way."""
    problems = {"database": database_problem(), "cache": cache_problem()}
    found = {name: problem for name, problem in problems.items() if problem}
    return JsonResponse({"ready": not found, "problems": found}, status=503 if found else 200)
