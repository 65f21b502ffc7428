"""How values are written to the cache: JSON, because unpickling what a cache returns runs code."""

import json
from typing import Any


class JSONSerializer:
    """Django's cache serializer protocol. Integers stay plain, so that INCR is atomic."""

    def dumps(self, value: Any) -> int | bytes:
        if type(value) is int:
            return value
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
