"""The cache that every process shares: Redis, beside Celery's messages.

It holds what may be lost: the counters of the rate limits. Redis away, each process counts by
itself until it is back: nobody is kept out, and nobody may try a million passwords either.
"""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
SECONDES_POUR_REPONDRE = 1
journal = logging.getLogger(__name__)


def cache_settings(url: str) -> dict[str, Any]:
    """CACHES["default"] on this Redis; the memory of the process where there is none."""
    if not url:
        return {"BACKEND": LOCMEM}
    return {
        "BACKEND": "config.cache.CachePartage",
        "LOCATION": _for_redis(url),
        "KEY_PREFIX": "cache",
        "OPTIONS": {
            "socket_connect_timeout": SECONDES_POUR_REPONDRE,
            "socket_timeout": SECONDES_POUR_REPONDRE,
        },
    }


def _for_redis(url: str) -> str:
    """Celery writes a Unix socket in its own way: redis+socket:///path?virtual_host=1."""
    if not url.startswith("redis+socket://"):
        return url
    chemin, _, options = url.removeprefix("redis+socket://").partition("?")
    base = parse_qs(options).get("virtual_host", ["0"])[0]
    return f"unix://{chemin}?db={base}"


def _or_alone(nom: str) -> Callable[..., Any]:
    def method(self: "CachePartage", *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, nom)(self, *args, **kwargs)
        except redis.RedisError as erreur:
            journal.error("Redis ne répond pas, chacun compte seul : %s", type(erreur).__name__)
            return getattr(self.seul, nom)(*args, **kwargs)

    return method


class CachePartage(RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.seul = LocMemCache("redis-absent", {})

    add = _or_alone("add")
    get = _or_alone("get")
    set = _or_alone("set")
    touch = _or_alone("touch")
    delete = _or_alone("delete")
    incr = _or_alone("incr")
    has_key = _or_alone("has_key")
    get_many = _or_alone("get_many")
    set_many = _or_alone("set_many")
    delete_many = _or_alone("delete_many")

    def clear(self) -> None:
        raise NotImplementedError("It would also delete Celery's messages.")
