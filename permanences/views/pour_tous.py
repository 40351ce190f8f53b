"""Pages that are the same for everybody: no account, no cookie, kept for less than a minute.

Whoever asks, nobody is known there (config.middleware.PourTousMiddleware): the answer may be kept
by the shared cache and by whatever stands between us and the reader. What it says of today must
be true within a minute: AU_PLUS is the age of the oldest page that we hand over, and each answer
tells for how long the reader may keep it, counted from when the figures were read.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

Vue = TypeVar("Vue", bound=Callable[..., Any])
HTML = "text/html; charset=utf-8"
# Fresh, then old but handed over while one process, and only one, makes it again; then gone.
FRAICHE, AU_PLUS = 40.0, 55.0
VERROU, PAS = 10, 0.05
COMPRESSION = 6


@dataclass(frozen=True)
class PageGardee:
    """Compressed once; `faite_a`: when its figures began to be read."""

    contenu: bytes
    nature: str
    etag: str
    faite_a: float

    @property
    def age(self) -> float:
        return max(0.0, time.time() - self.faite_a)


def pour_tous(vue: Vue) -> Vue:
    """Read only, by anybody, as nobody."""
    ouverte: Any = login_not_required(require_safe(vue))
    ouverte.pour_tous = True
    return ouverte


def serve_page(
    request: HttpRequest,
    nom: str,
    make: Callable[[], str | bytes],
    *,
    nature: str = HTML,
    entetes: dict[str, str] | None = None,
) -> HttpResponse:
    """The page of this name, kept or made; 304 to whoever has it already.

    `nom` must come from a list that is bounded, a commune, a lieu: never from what was typed.
    """
    page = _kept(nom, make, nature)
    contenu, codage = page.contenu, {"Content-Encoding": "gzip"}
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        contenu, codage = gzip.decompress(contenu), {}
    reponse = HttpResponse(
        contenu,
        content_type=page.nature,
        headers={
            "ETag": page.etag,
            "Cache-Control": f"public, max-age={max(0, int(FRAICHE - page.age))}",
            **codage,
            **(entetes or {}),
        },
    )
    patch_vary_headers(reponse, ["Accept-Encoding"])
    return get_conditional_response(request, page.etag, None, reponse) or reponse


def _kept(nom: str, make: Callable[[], str | bytes], nature: str) -> PageGardee:
    if not settings.PAGES_GARDEES:
        return _made(make, nature)
    # A new day is another page: what was « demain » is « aujourd’hui ».
    empreinte = hashlib.sha256(f"{nom} {timezone.localdate()}".encode()).hexdigest()[:40]
    cle, verrou = f"page:{empreinte}", f"page:{empreinte}:verrou"
    fin = time.monotonic() + VERROU
    while True:
        page = cache.get(cle)
        if page is not None and page.age < FRAICHE:
            return page
        if cache.add(verrou, 1, VERROU):
            return _renew(cle, verrou, make, nature)
        if page is not None and page.age < AU_PLUS:
            return page
        if time.monotonic() > fin:
            return _made(make, nature)
        time.sleep(PAS)


def _renew(cle: str, verrou: str, make: Callable[[], str | bytes], nature: str) -> PageGardee:
    try:
        # Somebody may have made it between our look and our turn.
        page = cache.get(cle)
        if page is None or page.age >= FRAICHE:
            page = _made(make, nature)
            cache.set(cle, page, AU_PLUS)
        return page
    finally:
        cache.delete(verrou)


def _made(make: Callable[[], str | bytes], nature: str) -> PageGardee:
    debut = time.time()
    contenu = make()
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    etag = f'W/"{hashlib.sha256(octets).hexdigest()[:32]}"'
    # Without the date that gzip writes: the same page is the same bytes.
    return PageGardee(gzip.compress(octets, COMPRESSION, mtime=0), nature, etag, debut)
