"""« Où nous trouver » under load: requests a second, kept and made each time; queries of a page.

    .venv/bin/python bench/ou_nous_trouver.py [--secondes 10] [--fois 3]

On the demonstration's data (`make demo` once), gunicorn with two workers of one thread and its
shared Redis, asked by wrk (Debian's package) with eight connections. The best of several runs is
judged, the load of the machine is written beside: others may be at work. Exit code 1 out of bounds.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

GARDEES, NON_GARDEES, REQUETES = 200, 30, 6
PAGES = {
    "accueil": "/ou-nous-trouver/",
    "commune (Le Mans)": "/ou-nous-trouver/commune/72181/",
    "commune (Brûlon)": "/ou-nous-trouver/commune/72050/",
    "cadre (Le Mans)": "/ou-nous-trouver/cadre/commune/72181/",
}
RECHERCHE = "/ou-nous-trouver/chercher/?q=saint-mars"
# One commune after the other, so that nothing made for one serves the next.
TOUTES = "communes, l’une après l’autre"
PARCOURS = """
local communes = {%s}
local rang = 0
request = function()
  rang = rang %% #communes + 1
  return wrk.format("GET", "/ou-nous-trouver/commune/" .. communes[rang] .. "/")
end
"""
CONNEXIONS = 8


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--secondes", type=int, default=10)
    options.add_argument("--fois", type=int, default=3)
    choix = options.parse_args()
    if not shutil.which("wrk"):
        print("wrk est introuvable : apt-get install wrk")
        return 2
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings.local", DEBUG="0")
    from config import local_servers

    local_servers.start("demo")
    fautes = [*count_queries()]
    for gardees, minimum in ((True, GARDEES), (False, NON_GARDEES)):
        with served(gardees) as adresse:
            # Kept, they would be measured while they are made: each is asked once.
            pages: dict[str, str | None] = {**PAGES} if gardees else {**PAGES, TOUTES: None}
            for nom, page in pages.items():
                mesures = [ask(adresse, page, choix.secondes) for _ in range(choix.fois)]
                meilleure = max(mesures)
                dit = ", ".join(f"{m:.0f}" for m in mesures)
                etat = "gardée" if gardees else "refaite à chaque fois"
                charge = os.getloadavg()[0]
                print(f"{nom}, {etat} : {dit} par seconde (charge {charge:.1f})", flush=True)
                if meilleure < minimum:
                    fautes.append(f"{nom}, {etat} : {meilleure:.0f} < {minimum} par seconde")
    print("\n".join(fautes) if fautes else "Dans les bornes.")
    return 1 if fautes else 0


def count_queries() -> Iterator[str]:
    """Nothing kept, not even the territory: the dearest request that there is."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from permanences.selectors.trouver import CLE_VERSION

    settings.PAGES_GARDEES = False
    settings.ALLOWED_HOSTS = ["testserver"]
    for nom, page in {**PAGES, "recherche": RECHERCHE}.items():
        cache.delete(CLE_VERSION)
        with CaptureQueriesContext(connection) as requetes:
            reponse = Client().get(page)
        print(f"{nom} : {len(requetes)} requêtes, {len(reponse.content) / 1000:.0f} ko")
        if len(requetes) > REQUETES:
            yield f"{nom} : {len(requetes)} requêtes > {REQUETES}"


@contextmanager
def served(gardees: bool) -> Iterator[str]:
    """Two workers that answer, on a port of their own."""
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    commande = f"gunicorn config.wsgi --bind 127.0.0.1:{port} --workers 2 --no-control-socket"
    serveur = subprocess.Popen(
        [sys.executable, "-m", *commande.split(), "--log-level", "error"],
        env=os.environ | {"PAGES_GARDEES": str(int(gardees))},
    )
    adresse = f"http://127.0.0.1:{port}"
    try:
        # Each worker loads the application at its first requests.
        for _ in range(100):
            try:
                for page in [*PAGES.values()] * 4:
                    urllib.request.urlopen(adresse + page, timeout=60).read()
                break
            except OSError:
                time.sleep(0.5)
        yield adresse
    finally:
        serveur.terminate()
        serveur.wait()


def ask(adresse: str, page: str | None, secondes: int) -> float:
    """Answers a second, compressed as a browser asks them; none may fail.

    Without a page, every commune in turn.
    """
    commande = ["wrk", "-t2", f"-c{CONNEXIONS}", f"-d{secondes}s", "-H", "Accept-Encoding: gzip"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as parcours:
        if page is None:
            parcours.write(PARCOURS % ", ".join(f'"{code}"' for code in communes()))
            parcours.flush()
            commande += ["-s", parcours.name]
        commande.append(adresse + (page or "/"))
        dit = subprocess.run(commande, check=True, capture_output=True, text=True).stdout
    if erreurs := re.search(r"Non-2xx.*|Socket errors.*", dit):
        print(f"  {erreurs[0]}")
    trouve = re.search(r"Requests/sec:\s+([\d.]+)", dit)
    return float(trouve[1]) if trouve else 0.0


def communes() -> list[str]:
    from permanences.selectors.trouver import territoire

    return [code for code, c in territoire().communes.items() if not c.absorbee_par]


if __name__ == "__main__":
    sys.exit(main())
