"""What the other methods of HTTP may do: never more than GET shows, and nothing that writes.

The API is declared method by method, from its router: a new action has to be written here.
"""

from __future__ import annotations

from config.tests.regles import Regle

LECTURES = ("HEAD", "OPTIONS")
AUTRES = ("PUT", "PATCH", "DELETE")
# One account of each kind: nobody, an advisor, whoever reads all, whoever writes all.
ROLES_ESSAYES = ("anonyme", "conseillere", "direction", "gestionnaire")
# « 429 »: asked too often is a refusal too, of the pages that count.
REFUS = {"interdit", "connexion", "absent", "methode", "refus", "429"}

API = {
    "api:commune-list": {"get"},
    "api:commune-detail": {"get"},
    "api:epci-list": {"get"},
    "api:epci-detail": {"get"},
    "api:lieu-list": {"get"},
    "api:lieu-detail": {"get"},
    "api:creneau-list": {"get"},
    "api:creneau-detail": {"get"},
    "api:occurrence-list": {"get", "post"},
    "api:seance-list": {"get", "post"},
    "api:occurrence-detail": {"get", "put", "delete"},
    "api:seance-detail": {"get", "patch", "delete"},
    "api:activite-list": {"get"},
    "api:rapport-list": {"get"},
    "api:rapport-detail": {"get"},
    "api:rapport-donnees": {"get"},
    "api:rapport-tableaux": {"get"},
    "api:rapport-tableau": {"get"},
    "api:rapport-pdf": {"get"},
}
# Acts of the API by another method than POST, done with nothing sent: to whom they are open.
ACTES = {("api:occurrence-detail", "DELETE"): ("conseillere", "gestionnaire")}


def allowed(regle: Regle, role: str, methode: str) -> set[str]:
    """Outcomes that go no further than the rule."""
    lu = regle.get[role]
    if methode == "HEAD":
        return {lu, "methode", "429"}
    # Django takes the PUT of a form for a POST: it may do as much, where POST may.
    permis = {lu, regle.post[role]} if methode == "PUT" else {lu}
    return REFUS | (permis & {"ok", "redirige"})
