"""The system libraries that WeasyPrint needs: no wheel carries them."""

import contextlib
import ctypes
import subprocess
import sys

from config.local_servers import ROOT

PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
COMMAND = f"apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"


def is_here() -> bool:
    """Without the second that importing WeasyPrint costs."""
    with contextlib.suppress(OSError):
        return bool(ctypes.CDLL("libpango-1.0.so.0") and ctypes.CDLL("libpangoft2-1.0.so.0"))
    return sys.platform != "linux"


def install() -> None:
    """Installs them when root on Debian, else names the command; the rest works without."""
    if not is_here():
        print("Les rapports PDF ont besoin de bibliothèques du système.", flush=True)
        subprocess.run(["sh", ROOT / ".ci" / "apt", *PACKAGES])
