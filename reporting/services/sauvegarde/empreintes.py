"""The SHA-256 that a report's row keeps of each of its files."""

from __future__ import annotations

import gzip
import hashlib
import zlib


def fingerprint_of(champ: str, contenu: bytes) -> str:
    """Of the PDF itself, and of the page before it was packed; empty when it cannot be unpacked."""
    if champ == "page":
        try:
            contenu = gzip.decompress(contenu)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            return ""
    return hashlib.sha256(contenu).hexdigest()
