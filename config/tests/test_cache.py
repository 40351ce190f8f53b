"""Every process counts with the others; Redis away, alone, and the service goes on."""

import logging
import multiprocessing
from typing import Any

import pytest
from django.core.cache import CacheHandler

from config.cache import cache_settings


def opened(url: str) -> Any:
    return CacheHandler({"default": cache_settings(url)})["default"]


def _count(url: str) -> None:
    opened(url).incr("essais")


@pytest.mark.worker
def test_two_processes_share_one_counter(redis_url: str) -> None:
    cache = opened(redis_url)
    cache.set("essais", 1)
    autre = multiprocessing.get_context("spawn").Process(target=_count, args=(redis_url,))
    autre.start()
    autre.join(30)

    assert cache.get("essais") == 2
    cache.delete("essais")


@pytest.mark.worker
def test_the_cache_never_empties_what_belongs_to_celery(redis_url: str) -> None:
    with pytest.raises(NotImplementedError):
        opened(redis_url).clear()


def test_without_redis_a_process_counts_alone_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cache = opened("redis+socket:///nulle/part/redis?virtual_host=2")
    with caplog.at_level(logging.ERROR, "config.cache"):
        assert cache.add("essais", 1) is True
        assert cache.incr("essais") == 2
        assert cache.get("essais") == 2
        assert cache.get_many(["essais"]) == {"essais": 2}

    assert "Redis ne répond pas" in caplog.text


def test_no_redis_at_all_is_the_memory_of_the_process() -> None:
    assert cache_settings("")["BACKEND"].endswith("LocMemCache")


@pytest.mark.parametrize(
    ("celery", "redis"),
    [
        ("redis://file.invalid/0", "redis://file.invalid/0"),
        ("redis+socket:///tmp/redis", "unix:///tmp/redis?db=0"),
        ("redis+socket:///tmp/redis?virtual_host=3", "unix:///tmp/redis?db=3"),
    ],
)
def test_celerys_way_of_writing_a_socket_is_read(celery: str, redis: str) -> None:
    assert cache_settings(celery)["LOCATION"] == redis
