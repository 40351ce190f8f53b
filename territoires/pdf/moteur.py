"""What turns a page into bytes: kept with each report, to say why a reprint would differ."""

import ctypes
import platform
import zlib
from functools import cache
from importlib.metadata import version
from typing import Any

from territoires.pdf.polices import empreintes_des_polices

PAQUETS = (
    "weasyprint", "pydyf", "fonttools", "brotli", "tinycss2", "cssselect2", "tinyhtml5", "pyphen",
)  # fmt: skip


@cache
def versions_du_moteur() -> dict[str, str]:
    """{name: version, or SHA-256 for a font}: Python packages, system libraries, fonts."""
    from weasyprint.text.ffi import harfbuzz_subset  # a second: see __init__.py

    return {
        **{nom: version(nom) for nom in PAQUETS},
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "pango": _bibliotheque("libpango-1.0.so.0", "pango_version_string"),
        "harfbuzz": _bibliotheque("libharfbuzz.so.0", "hb_version_string"),
        "harfbuzz-subset": "présent" if harfbuzz_subset else "absent",
        "fontconfig": _bibliotheque("libfontconfig.so.1", "FcGetVersion", ctypes.c_int),
        **{f"police {nom}": sha for nom, sha in empreintes_des_polices().items()},
    }


def _bibliotheque(nom: str, fonction: str, rend: Any = ctypes.c_char_p) -> str:
    """Version of a library of the system, as it says it itself."""
    try:
        lire = getattr(ctypes.CDLL(nom), fonction)
    except (OSError, AttributeError):
        return "inconnue"
    lire.restype = rend
    valeur = lire()
    return valeur.decode() if isinstance(valeur, bytes) else str(valeur)
