"""The cache: values are JSON, because unpickling what a cache returns runs code; its client is kept."""

import json
from functools import cache
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class JSONSerializer:
    """Django's cache serializer protocol. Integers stay plain, so that INCR is atomic."""

    def dumps(self, value: Any) -> int | bytes:
        if type(value) is int:
            return value
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class KeptClient(RedisCacheClient):
    """Django makes a client of redis-py for each operation, which costs more than most operations do."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept = cache(self._made)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._kept(write)

    def _made(self, write: bool) -> Any:
        return super().get_client(None, write=write)


class KeptRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
