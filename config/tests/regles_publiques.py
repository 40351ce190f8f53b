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
    "sitemap_xml": "ok",
    "permanences:trouver": "ok",
    "permanences:trouver_cadre": "ok",
    "security_txt": "absent",
    "permanences:lieux_ouverts_csv": "ok",
    "permanences:lieux_ouverts_json": "ok",
    "rapports:donnees_ouvertes": "ok",
    "rapports:chiffres_par_epci": "ok",
    "rapports:chiffres_du_departement": "ok",
    "rapports:datapackage": "ok",
}
# (outcome, arguments). Nothing typed leads back to « Où nous trouver ».
TROUVER = {
    "permanences:trouver_chercher": ("redirige", ()),
    "permanences:trouver_cadre_chercher": ("redirige", ()),
    "permanences:trouver_commune": ("ok", ("commune",)),
    "permanences:trouver_cadre_commune": ("ok", ("commune",)),
    "permanences:ical_commune": ("ok", ("commune",)),
    "permanences:ical_public_lieu": ("ok", ("code_lieu",)),
}
# The only pages that another site may frame.
INTEGRABLES = {
    "permanences:trouver_cadre",
    "permanences:trouver_cadre_chercher",
    "permanences:trouver_cadre_commune",
}
