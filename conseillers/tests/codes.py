"""A telephone that shows codes: RFC 6238, written apart from the library that verifies them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time


def code_of(cle: str, decalage: int = 0) -> str:
    """What it shows now; `decalage`: thirty seconds earlier (-1) or later (1)."""
    secret = base64.b32decode(cle.replace(" ", ""))
    compteur = struct.pack(">Q", int(time.time()) // 30 + decalage)
    empreinte = hmac.new(secret, compteur, hashlib.sha1).digest()
    debut = empreinte[-1] & 15
    nombre = struct.unpack(">I", empreinte[debut : debut + 4])[0] & 0x7FFFFFFF
    return f"{nombre % 1_000_000:06d}"
