"""What every answer must forbid the browser: the matrix looks at it on every page of every role."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ENTETES: dict[str, str | None] = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class EnLigne(HTMLParser):
    """What a strict policy would not run: <script> with a text, <style>, style=, onclick=…"""

    def __init__(self) -> None:
        super().__init__()
        self.fautes: list[str] = []
        self.dans: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        dits = {nom: valeur or "" for nom, valeur in attrs}
        self.fautes += [f"<{tag} {nom}>" for nom in dits if nom == "style" or nom.startswith("on")]
        self.fautes += [
            f"<{tag} {nom}={valeur}>"
            for nom, valeur in dits.items()
            if nom in ("href", "src", "action") and valeur.strip().lower().startswith("javascript:")
        ]
        if tag == "style":
            self.fautes.append("<style>")
        # A block of data is not run.
        donnees = dits.get("type", "") in ("application/json", "application/ld+json")
        self.dans = tag if tag == "script" and not donnees else ""

    def handle_data(self, data: str) -> None:
        if self.dans and data.strip():
            self.fautes.append(f"<script>{data.strip()[:40]}")

    def handle_endtag(self, tag: str) -> None:
        self.dans = ""


def inline_in(html: str) -> list[str]:
    lecteur = EnLigne()
    lecteur.feed(html)
    return lecteur.fautes


def policy_of(reponse: Any) -> dict[str, str]:
    parties = reponse.get("Content-Security-Policy", "").split(";")
    return dict(partie.strip().split(" ", 1) for partie in parties if partie.strip())


def faults(reponse: Any, connecte: bool, integrable: bool = False) -> list[str]:
    """`integrable`: made to stand in a frame of another site, and nothing else may."""
    entetes, politique = ENTETES, CSP
    if integrable:
        entetes = ENTETES | {
            "X-Frame-Options": None,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        politique = CSP | {"frame-ancestors": "*"}
    trouvees = [
        f"{nom} : {reponse.get(nom)}" for nom, dit in entetes.items() if reponse.get(nom) != dit
    ]
    if policy_of(reponse) != politique:
        trouvees.append(f"CSP : {reponse.get('Content-Security-Policy')}")
    if "camera=()" not in reponse.get("Permissions-Policy", ""):
        trouvees.append("Permissions-Policy")
    if connecte and not {"no-store", "private"} & set(cache_words(reponse)):
        trouvees.append(f"Cache-Control : {reponse.get('Cache-Control')}")
    if reponse.get("Content-Type", "").startswith("text/html"):
        trouvees += inline_in(reponse.content.decode())
        if connecte and "no-store" not in cache_words(reponse):
            trouvees.append(f"page gardée : {reponse.get('Cache-Control')}")
    return trouvees


def cache_words(reponse: Any) -> list[str]:
    return re.findall(r"[a-z-]+", reponse.get("Cache-Control", ""))


# The application itself says nothing of anybody, and the phone must be able to keep it.
GARDABLES = {
    "permanences:service_worker",
    "permanences:manifeste",
    "admin:jsi18n",
    # Anybody's, and the same for all.
    "permanences:lieux_ouverts_csv",
    "permanences:lieux_ouverts_json",
    "rapports:chiffres_par_epci",
    "rapports:chiffres_du_departement",
    "rapports:datapackage",
}
