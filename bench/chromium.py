"""Our renderer against headless Chromium printing the very same pages, in the same run.

    .venv/bin/python bench/chromium.py [--tours 5] [--chromium /usr/bin/chromium]

Both reports of the demonstration's month with 36 months behind it are composed once; fonts are
then put inside the pages, so that Chromium prints with ours. Each prints them in turn: warm (a
browser and a worker that are already up) and cold (started for one report). Printed: seconds
(best of the turns), peak memory of the browser's whole family of processes against ours, sizes.
Chromium makes tagged PDFs too, but attaches no file and claims no PDF/UA.

Exit code 1 when ours is out of bounds: at most 2.5 times the time, a quarter of the memory
(resident, as `ps` counts it: what processes share counts in each), and smaller files. Proportional
memory (PSS), fairer to the browser, is printed beside.
"""

import argparse
import base64
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from commun import (
    MOIS,
    add_history,
    create_month,
    judge,
    peak_mb,
    start_worker,
    throwaway_database,
)
from playwright.sync_api import Browser, sync_playwright

TEMPS, MEMOIRE = 2.5, 0.25
TEMPS_DE = {"secondes", "processeur"}
Mesure = dict[str, float]


def main() -> int:
    options = arguments()
    with throwaway_database():
        pages = compose_pages()
    with tempfile.TemporaryDirectory() as dossier, our_worker() as ours, sync_playwright() as pw:
        fichiers = with_fonts(pages, Path(dossier))

        def launch() -> Browser:
            return pw.chromium.launch(executable_path=options.chromium)

        def cold_chromium(nom: str) -> Mesure:
            debut = time.perf_counter()
            with launch() as navigateur:
                mesure = chromium_prints(navigateur, fichiers[nom])
            return mesure | {"secondes": time.perf_counter() - debut}

        with launch() as navigateur:
            chaud = compare(
                pages,
                options.tours,
                lambda nom: chromium_prints(navigateur, fichiers[nom]),
                lambda nom: ours.apply(we_print, (pages[nom],)),
            )
        froid = compare(pages, 2, cold_chromium, lambda nom: cold_print(pages[nom]))
    return tell(chaud, froid)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tours", type=int, default=5)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    return parser.parse_args()


# --- the pages -----------------------------------------------------------------------------


def compose_pages() -> dict[str, str]:
    from reporting.pdf import compose_page
    from reporting.selectors import donnees_du_mois
    from reporting.selectors.carte import carte_du_departement

    create_month()
    add_history(0, 36, 1)
    carte = carte_du_departement()
    return {
        nom: compose_page(corps, code="00000-00000", carte=carte)
        for nom, corps in donnees_du_mois(MOIS).items()
    }


def with_fonts(pages: dict[str, str], dossier: Path) -> dict[str, Path]:
    """Files for the browser, which does not know how our pages name our fonts."""
    from territoires.pdf import polices

    fichiers = {}
    for nom, page in pages.items():
        for empreinte, chemin in polices.par_empreinte().items():
            contenu = base64.b64encode(chemin.read_bytes()).decode()
            page = page.replace(
                f'url("{polices.SCHEME}{chemin.name}?sha256={empreinte}") format("truetype")',
                f'url("data:font/woff2;base64,{contenu}") format("woff2")',
            )
        if polices.SCHEME in page:
            raise SystemExit("Une police de la page manque au navigateur.")
        fichiers[nom] = dossier / f"{nom}.html"
        fichiers[nom].write_text(page, "utf-8")
    return fichiers


# --- both printers -------------------------------------------------------------------------


def chromium_prints(navigateur: Browser, fichier: Path) -> Mesure:
    with watched_memory() as memoire:
        debut, avant = time.perf_counter(), family_cpu()
        onglet = navigateur.new_page()
        onglet.goto(fichier.as_uri())
        pdf = onglet.pdf(
            prefer_css_page_size=True, print_background=True, tagged=True, outline=True
        )
        duree = time.perf_counter() - debut
        memoire["processeur"] = family_cpu() - avant
    onglet.close()
    return {"secondes": duree, "octets": len(pdf)} | memoire


@contextmanager
def watched_memory() -> Iterator[Mesure]:
    """Peaks, in MB, of all the browser's processes together, looked at every 20 ms."""
    memoire, fini = {"rss": 0.0, "pss": 0.0}, threading.Event()

    def watch() -> None:
        while not fini.wait(0.02):
            memoire["rss"] = max(memoire["rss"], family("rss"))
        memoire["pss"] = family("pss")

    fil = threading.Thread(target=watch, daemon=True)
    fil.start()
    try:
        yield memoire
    finally:
        fini.set()
        fil.join()


def family(quoi: str) -> float:
    vue = "memory_full_info" if quoi == "pss" else "memory_info"
    total = 0
    for processus in browser_processes():
        with suppress(psutil.NoSuchProcess):  # ended since it was listed
            total += getattr(getattr(processus, vue)(), quoi)
    return total / 1e6


def family_cpu() -> float:
    total = 0.0
    for processus in browser_processes():
        with suppress(psutil.NoSuchProcess):
            total += sum(processus.cpu_times()[:2])
    return total


def browser_processes() -> list[psutil.Process]:
    """Of the family below us; ours is called python."""
    trouves = []
    for processus in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "chrom" in processus.name():
                trouves.append(processus)
    return trouves


@contextmanager
def our_worker() -> Iterator[Any]:
    with multiprocessing.get_context("spawn").Pool(1, initializer=start_worker) as ouvrier:
        yield ouvrier


def we_print(page: str) -> Mesure:
    from territoires.pdf import print_page

    debut, avant = time.perf_counter(), time.process_time()
    pdf = print_page(page)
    return {
        "secondes": time.perf_counter() - debut,
        "processeur": time.process_time() - avant,
        "octets": len(pdf),
        "rss": peak_mb(),
        "pss": psutil.Process().memory_full_info().pss / 1e6,
    }


def cold_print(page: str) -> Mesure:
    debut = time.perf_counter()
    with our_worker() as ouvrier:
        mesure: Mesure = ouvrier.apply(we_print, (page,))
    return mesure | {"secondes": time.perf_counter() - debut}


# --- the comparison ------------------------------------------------------------------------


def compare(
    noms: dict[str, str],
    tours: int,
    chromium: Callable[[str], Mesure],
    nous: Callable[[str], Mesure],
) -> dict[str, tuple[Mesure, Mesure]]:
    """{report: (Chromium, ours)}: best seconds, most memory; they take turns."""
    return {
        nom: tuple(
            {cle: (min if cle in TEMPS_DE else max)(m[cle] for m in serie) for cle in serie[0]}
            for serie in zip(*((chromium(nom), nous(nom)) for _ in range(tours)), strict=True)
        )
        for nom in noms
    }


def tell(chaud: dict[str, Any], froid: dict[str, Any]) -> int:
    for titre, mesures in (("à chaud", chaud), ("à froid", froid)):
        for nom, (eux, nous) in mesures.items():
            print(f"{nom} {titre} (Chromium, nous)")
            print(f"    {eux['secondes']:.2f} s, {nous['secondes']:.2f} s", end="")
            print(f" (processeur {eux['processeur']:.2f} s, {nous['processeur']:.2f} s)")
            print(f"    mémoire {eux['rss']:.0f} Mo, {nous['rss']:.0f} Mo", end="")
            print(f" (proportionnelle, à la fin : {eux['pss']:.0f} Mo, {nous['pss']:.0f} Mo)")
            print(f"    {eux['octets'] / 1e3:.0f} Ko, {nous['octets'] / 1e3:.0f} Ko")

    def ratio(mesures: dict[str, Any], cle: str, choisi: Callable[..., float] = sum) -> float:
        eux, nous = (choisi(m[rang][cle] for m in mesures.values()) for rang in (0, 1))
        return nous / eux

    return judge(
        [
            ("temps à chaud, contre Chromium", ratio(chaud, "secondes"), TEMPS, ""),
            ("temps à froid", ratio(froid, "secondes"), TEMPS, ""),
            ("mémoire", ratio(chaud, "rss", max), MEMOIRE, ""),
            ("taille des fichiers", ratio(chaud, "octets"), 1.0, ""),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
