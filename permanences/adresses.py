"""Paths of public pages, written by the hundred on one of them."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def path_to(nom: str, *arguments: str) -> str:
    """`reverse`, which takes a tenth of a millisecond, once for each path."""
    return reverse(nom, args=arguments)
