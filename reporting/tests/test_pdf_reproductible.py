"""Same figures, same page, same engine: same bytes, whatever surrounds the process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from reporting.tests.pdfs import drawn

pytestmark = pytest.mark.pdf

LOT = (("frequentation", 0), ("couverture", 1))
DESSINE = f"""
import sys
sys.path.insert(0, sys.argv[1])
import django
django.setup()
import hashlib
from reporting.tests.pdfs import drawn
for nom, version in {LOT}:
    print(hashlib.sha256(drawn(nom, version)).hexdigest())
"""
SANS_POLICE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{dossier}/polices</dir><cachedir>{dossier}/cache</cachedir></fontconfig>
"""


def environment(tmp_path: Path, nom: str) -> tuple[dict[str, str], Path]:
    """A HOME of its own, an empty font cache, and nothing of ours but what Django needs."""
    dossier = tmp_path / nom
    (dossier / "polices").mkdir(parents=True)
    gardes = ("PATH", "LD_LIBRARY_PATH", "DATABASE_URL")
    return {
        **{cle: os.environ[cle] for cle in gardes if cle in os.environ},
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "HOME": str(dossier),
        "XDG_CACHE_HOME": str(dossier / "cache"),
        "TMPDIR": str(dossier),
    }, dossier


@pytest.mark.parametrize("quoi", ["sans_police", "ailleurs"])
def test_the_machine_is_not_in_the_bytes(tmp_path, quoi):
    env, dossier = environment(tmp_path, quoi)
    if quoi == "sans_police":
        config = dossier / "fonts.conf"
        config.write_text(SANS_POLICE.format(dossier=dossier))
        env |= {"FONTCONFIG_FILE": str(config), "LANG": "C", "TZ": "Pacific/Auckland"}
        env |= {"PYTHONHASHSEED": "1"}
    else:
        env |= {"LC_ALL": "fr_FR.UTF-8", "TZ": "America/Cayenne", "PYTHONHASHSEED": "2"}
    sortie = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DESSINE, str(settings.BASE_DIR)],
        env=env,
        cwd=dossier,
        umask=0o077 if quoi == "ailleurs" else 0o022,
        capture_output=True,
        text=True,
    )
    assert sortie.returncode == 0, sortie.stderr
    assert sortie.stdout.split() == [
        hashlib.sha256(drawn(nom, version)).hexdigest() for nom, version in LOT
    ]
