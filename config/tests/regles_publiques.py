"""Access rules of the pages that anybody may read (see regles.py)."""

from __future__ import annotations

# Without a contact in the settings there is no security.txt, for anybody.
PUBLIQUES = {
    "mentions_legales": "ok",
    "donnees_personnelles": "ok",
    "accessibilite": "ok",
    "plan_du_site": "ok",
    "aide": "ok",
    "robots_txt": "ok",
    "security_txt": "absent",
    "permanences:lieux_ouverts_csv": "ok",
    "permanences:lieux_ouverts_json": "ok",
    "rapports:donnees_ouvertes": "ok",
    "rapports:chiffres_par_epci": "ok",
    "rapports:chiffres_du_departement": "ok",
    "rapports:datapackage": "ok",
}
