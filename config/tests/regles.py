"""The access rules, as a table: what each role gets at each address, reading and writing.

Outcomes: `ok` (200, or 201), `redirige` (to another page of the service), `connexion` (asked
to sign in), `interdit` (403), `absent` (404: not there, or not for this role), `methode` (405),
`refus` (400, 422: the right to write, but nothing valid was sent).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from config.tests.regles_comptes import COMPTES
from config.tests.regles_coop import COOP, MODELES_COOP
from config.tests.regles_publiques import PUBLIQUES, TROUVER
from config.tests.regles_source import SOURCES
from config.tests.vocabulaire import ANONYME, FERME, ROLES, Regle, pour, tous

__all__ = ["ANONYME", "FERME", "REGLES", "ROLES", "Regle", "example_arguments"]

LECTURE = pour("interdit", personnel="ok")
GESTION = pour("interdit", gestionnaire="ok")
PERSONNE = pour("interdit")


# --- Admin: one line per model, expanded to its pages --------------------------------------

# gestion: staff reads, the gestionnaire adds, changes, deletes. lecture: nobody writes.
# sans_ajout: changed and deleted, never added. The others are explained where they are.
MODELES = {
    "territoires.commune": "lecture",
    "territoires.epci": "lecture",
    "territoires.canton": "lecture",
    "territoires.arrondissement": "lecture",
    "territoires.communeancienne": "lecture",
    "territoires.zonage": "gestion",
    "conseillers.utilisateur": "gestion",
    "conseillers.structure": "gestion",
    "conseillers.poste": "gestion",
    "conseillers.conseiller": "gestion",
    "conseillers.affectation": "gestion",
    "conseillers.absence": "gestion",
    "conseillers.convention": "gestion",
    "conseillers.conventionligne": "gestion",
    "conseillers.versement": "gestion",
    "conseillers.coutposte": "gestion",
    "conseillers.label": "gestion",
    "conseillers.candidature": "gestion",
    "conseillers.formation": "gestion",
    # Written on their own pages, which tell the calendars; a slip is deleted.
    "conseillers.rencontre": "provisoire",
    "conseillers.presence": "lecture",
    "conseillers.courriel": "lecture",
    "conseillers.colonnesliste": "lecture",
    "conseillers.exportliste": "lecture",
    "conseillers.importfichier": "lecture",
    "conseillers.alertesecurite": "lecture",
    "conseillers.passageconservation": "lecture",
    "conseillers.remisedonnees": "lecture",
    "conseillers.jetonapi": "lecture",
    "permanences.lieuaccueil": "gestion",
    "permanences.adresseical": "lecture",
    "permanences.creneau": "gestion",
    "permanences.fermeture": "gestion",
    "permanences.actefermeture": "lecture",
    "permanences.vacancesscolaires": "gestion",
    "permanences.occurrence": "gestion",
    "permanences.declaration": "gestion",
    "permanences.mois": "lecture",
    "permanences.completudefigee": "lecture",
    "permanences.etaperelance": "gestion",
    "permanences.relance": "lecture",
    "permanences.seance": "sans_ajout",
    "permanences.decisiondouble": "lecture",
    # Decided on its own page, which tells what changes; a slip is deleted.
    "permanences.modesaisie": "provisoire",
    "reporting.rapport": "provisoire",
    "reporting.telechargement": "lecture",
    "reporting.acte": "lecture",
    "reporting.cible": "gestion",
    **MODELES_COOP,
}


def _of_model(genre: str, objet: str) -> dict[str, Regle]:
    ecrit = genre in ("gestion", "sans_ajout")
    ajout = GESTION if genre == "gestion" else PERSONNE
    retrait = GESTION if ecrit or genre == "provisoire" else PERSONNE
    return {
        "changelist": Regle(LECTURE, LECTURE),
        "exporter": Regle(LECTURE, pour("interdit", personnel="methode"), ("csv",)),
        # Each person's own choice: the direction has one too.
        "colonnes": Regle(LECTURE, LECTURE),
        "add": Regle(ajout, ajout),
        "history": Regle(LECTURE, LECTURE, (objet,)),
        "delete": Regle(retrait, retrait, (objet,)),
        "change": Regle(LECTURE, GESTION if ecrit else PERSONNE, (objet,)),
    }


def _admin() -> dict[str, Regle]:
    regles = {}
    for label, genre in MODELES.items():
        app, modele = label.split(".")
        for page, regle in _of_model(genre, modele).items():
            regles[f"admin:{app}_{modele}_{page}"] = regle
    return regles


_OUVRE = pour("interdit", personnel="ok")
_AILLEURS = pour("interdit", personnel="redirige")
_LU_SEULEMENT = pour("interdit", personnel="methode")
_VERS_CONNEXION = pour("interdit", personnel="connexion")

_ACTE = pour("interdit", gestionnaire="redirige")
_NULLE_PART = pour("interdit", personnel="absent")
_QUI = ("un_conseiller", "conseiller")

REGLES: dict[str, Regle] = {
    **_admin(),
    **COMPTES,
    **COOP,
    **SOURCES,
    **{nom: Regle(tous(issue), tous("methode")) for nom, issue in PUBLIQUES.items()},
    **{nom: Regle(tous(i), tous("methode"), arguments) for nom, (i, arguments) in TROUVER.items()},
    # --- Admin, pages of the site
    "admin:index": Regle(_OUVRE, _OUVRE),
    "admin:login": Regle(_VERS_CONNEXION, _VERS_CONNEXION),
    "admin:logout": Regle(_LU_SEULEMENT, _VERS_CONNEXION),
    "admin:password_change": Regle(_AILLEURS, _AILLEURS),
    "admin:password_change_done": Regle(_AILLEURS, _AILLEURS),
    # Without a field to complete it answers nobody; staff reads it on the forms.
    "admin:autocomplete": Regle(PERSONNE, _LU_SEULEMENT),
    "admin:jsi18n": Regle(_OUVRE, _LU_SEULEMENT),
    "admin:view_on_site": Regle(
        pour("interdit", personnel="absent"), pour("interdit", personnel="absent"), ("un", "un")
    ),
    "admin:app_list": Regle(_OUVRE, _OUVRE, ("app",)),
    # --- Admin, acts on an account; the last one asks for the password again
    "admin:conseillers_utilisateur_inviter": Regle(_LU_SEULEMENT, _ACTE, ("utilisateur",)),
    "admin:conseillers_utilisateur_sessions": Regle(_LU_SEULEMENT, _ACTE, ("utilisateur",)),
    "admin:conseillers_utilisateur_second_facteur": Regle(_ACTE, _ACTE, ("utilisateur",)),
    "admin:conseillers_jetonapi_revoquer": Regle(GESTION, _ACTE, ("jetonapi",)),
    # --- Admin, pages of no model
    "admin:reporting_dates_du_mois": Regle(LECTURE, _LU_SEULEMENT),
    "admin:permanences_histoire_poste": Regle(LECTURE, _LU_SEULEMENT, ("numero",)),
    "admin:conseillers_journal": Regle(LECTURE, _LU_SEULEMENT),
    "admin:reporting_donnees_ouvertes": Regle(LECTURE, _LU_SEULEMENT),
    "admin:reporting_securite": Regle(LECTURE, _LU_SEULEMENT),
    # --- Admin, the messages: the list under the menu's name, and « Renvoyer »
    "admin:conseillers_courriels": Regle(LECTURE, LECTURE),
    "admin:conseillers_courriel_renvoyer": Regle(
        _LU_SEULEMENT, pour("interdit", gestionnaire="redirige"), ("courriel",)
    ),
    "admin:reporting_poste_acte": Regle(GESTION, GESTION, ("numero", "acte_depart")),
    "rapports:mes_donnees": Regle(pour("ok"), pour("ok")),
    "admin:reporting_personne": Regle(GESTION, _LU_SEULEMENT, _QUI),
    "admin:reporting_personne_remettre": Regle(_LU_SEULEMENT, GESTION, _QUI),
    "admin:reporting_personne_anonymiser": Regle(_LU_SEULEMENT, _ACTE, _QUI),
    "admin:reporting_conservation": Regle(LECTURE, _LU_SEULEMENT),
    # --- Admin, files sent in
    "admin:reporting_import": Regle(LECTURE, GESTION),
    "admin:reporting_import_type": Regle(LECTURE, _LU_SEULEMENT, ("type_fichier",)),
    "admin:reporting_import_csv": Regle(LECTURE, _LU_SEULEMENT, ("type_fichier", "modele")),
    "admin:reporting_import_fichier": Regle(LECTURE, _LU_SEULEMENT, ("importfichier",)),
    "admin:reporting_import_confirmer": Regle(_LU_SEULEMENT, _ACTE, ("importfichier",)),
    "admin:reporting_import_abandonner": Regle(_LU_SEULEMENT, _ACTE, ("importfichier",)),
    # The example has no refused line.
    "admin:reporting_import_refus": Regle(_NULLE_PART, _LU_SEULEMENT, ("importfichier",)),
    # --- Admin, the months
    "admin:reporting_mois": Regle(LECTURE, _LU_SEULEMENT),
    "admin:reporting_mois_detail": Regle(LECTURE, _LU_SEULEMENT, ("cle_mois",)),
    "admin:reporting_mois_avancement": Regle(LECTURE, _LU_SEULEMENT, ("cle_mois",)),
    "admin:reporting_mois_apercu": Regle(LECTURE, _LU_SEULEMENT, ("cle_mois", "type_rapport")),
    "admin:reporting_mois_acte": Regle(GESTION, GESTION, ("cle_mois", "acte_cloture")),
    # --- Admin, the plan
    "admin:permanences_semaine": Regle(LECTURE, _LU_SEULEMENT),
    "admin:permanences_conflits": Regle(LECTURE, _LU_SEULEMENT),
    "admin:permanences_creneaux_en_nombre": Regle(GESTION, GESTION),
    "admin:permanences_fermer": Regle(LECTURE, GESTION),
    "admin:permanences_fermer_lever": Regle(
        GESTION, pour("interdit", gestionnaire="redirige"), ("actefermeture",)
    ),
    "admin:permanences_vacances_charger": Regle(
        _LU_SEULEMENT, pour("interdit", gestionnaire="redirige")
    ),
    "admin:permanences_a_rattacher": Regle(LECTURE, GESTION),
    "admin:reporting_tableau_mois": Regle(LECTURE, _LU_SEULEMENT),
    "admin:reporting_mois_poste": Regle(LECTURE, _LU_SEULEMENT, ("cle_mois", "un")),
    "admin:reporting_relancer": Regle(GESTION, GESTION, ("cle_mois",)),
    "admin:reporting_rapport_relancer": Regle(_LU_SEULEMENT, _ACTE, ("rapport",)),
}

REGLES |= {
    # --- Admin, the exchange with La Coop, off in the tests
    "admin:permanences_coop_echange": Regle(LECTURE, _LU_SEULEMENT),
    "admin:permanences_coop_lancer": Regle(_LU_SEULEMENT, _ACTE),
    "admin:permanences_coop_arreter": Regle(_LU_SEULEMENT, _ACTE),
    "admin:permanences_coop_essayer": Regle(_LU_SEULEMENT, _ACTE),
    # --- Admin, recruitment
    "admin:conseillers_recrutement": Regle(LECTURE, _LU_SEULEMENT),
    "admin:conseillers_recrutement_fiche": Regle(LECTURE, _LU_SEULEMENT, ("candidature",)),
    # Without a state to go to, the candidate's page says so.
    "admin:conseillers_recrutement_passer": Regle(_LU_SEULEMENT, GESTION, ("candidature",)),
    "admin:conseillers_recrutement_recruter": Regle(GESTION, GESTION, ("candidature",)),
    "admin:conseillers_recrutement_annuler": Regle(_LU_SEULEMENT, _ACTE, ("etape",)),
    # --- Admin, the network
    "admin:conseillers_reseau": Regle(LECTURE, _LU_SEULEMENT),
    "admin:conseillers_reseau_formations": Regle(LECTURE, _LU_SEULEMENT),
    "admin:conseillers_reseau_nouvelle": Regle(GESTION, GESTION),
    "admin:conseillers_reseau_rencontre": Regle(LECTURE, _LU_SEULEMENT, ("rencontre",)),
    "admin:conseillers_reseau_modifier": Regle(GESTION, GESTION, ("rencontre",)),
    "admin:conseillers_reseau_invitations": Regle(GESTION, _ACTE, ("rencontre",)),
    "admin:conseillers_reseau_presences": Regle(GESTION, _ACTE, ("rencontre",)),
    "admin:conseillers_reseau_emargement": Regle(LECTURE, _LU_SEULEMENT, ("rencontre",)),
    "admin:conseillers_reseau_annuler": Regle(GESTION, _ACTE, ("rencontre",)),
}

# --- Admin, the money: read by staff, acted upon by the gestionnaire

REGLES |= {
    "admin:conseillers_financements": Regle(LECTURE, _LU_SEULEMENT),
    "admin:conseillers_apres_convention": Regle(LECTURE, _LU_SEULEMENT),
    "admin:conseillers_vacances": Regle(LECTURE, _LU_SEULEMENT),
    "admin:conseillers_financements_csv": Regle(LECTURE, _LU_SEULEMENT, ("fichier_argent",)),
    "admin:conseillers_labels": Regle(LECTURE, _LU_SEULEMENT),
    "admin:conseillers_label_attester": Regle(GESTION, GESTION, ("structure",)),
    "admin:conseillers_convention_suivi": Regle(LECTURE, _LU_SEULEMENT, ("convention",)),
    "admin:conseillers_convention_acte": Regle(GESTION, GESTION, ("convention", "acte_argent")),
    "admin:conseillers_versement_acte": Regle(GESTION, GESTION, ("versement", "recevoir")),
}

# Without an account nor a token: 401.
_LIBRE = pour("ok", sans_compte="refus")
_JAMAIS = pour("methode", sans_compte="refus")


def _reading(liste: str, *arguments: str, **detail: str) -> dict[str, Regle]:
    """A read-only resource: its list is filtered, so opens for all; its detail is not."""
    return {
        f"api:{liste}-list": Regle(_LIBRE, _JAMAIS),
        f"api:{liste}-detail": Regle(
            pour("absent", sans_compte="refus", **detail) if detail else _LIBRE,
            _JAMAIS,
            arguments,
        ),
    }


_TRANSMIS = ("code_transmis",)
_LISIBLE = pour("absent", sans_compte="refus", personnel="ok", prefecture="ok")
REGLES |= {
    "api_documentation": Regle(pour("ok"), pour("methode")),
    "api_schema": Regle(_LIBRE, _JAMAIS),
    **_reading("commune", "commune"),
    **_reading("epci", "epci"),
    **_reading("lieu", "code_lieu", personnel="ok", conseillers="ok", employeurs="ok"),
    **_reading("creneau", "code_creneau", personnel="ok", conseillere="ok", employeur="ok"),
    "api:occurrence-list": Regle(
        _LIBRE,
        pour("interdit", sans_compte="refus", conseillers="refus", gestionnaire="refus"),
    ),
    "api:seance-list": Regle(_LIBRE, pour("interdit", sans_compte="refus", conseillers="refus")),
    "api:occurrence-detail": Regle(
        pour("absent", sans_compte="refus", personnel="ok", conseillere="ok", employeur="ok"),
        _JAMAIS,
        ("code_creneau", "jour"),
    ),
    "api:seance-detail": Regle(
        pour("absent", sans_compte="refus", personnel="ok", conseillere="ok"),
        _JAMAIS,
        ("cle_seance",),
    ),
    "api:activite-list": Regle(_LIBRE, _JAMAIS),
    "api:rapport-donnees": Regle(_LISIBLE, _JAMAIS, _TRANSMIS),
    "api:rapport-tableaux": Regle(_LISIBLE, _JAMAIS, _TRANSMIS),
    "api:rapport-tableau": Regle(_LISIBLE, _JAMAIS, (*_TRANSMIS, "tableau")),
    # The example's file is not in the storage of the suite.
    "api:rapport-pdf": Regle(pour("absent", sans_compte="refus"), _JAMAIS, _TRANSMIS),
    # The example is a provisional report: the Préfecture does not see it.
    **_reading("rapport", "code_rapport", personnel="ok"),
}


# --- The advisors' screens: their own créneaux and séances, never a colleague's -------------

_CONSEILLERS = pour("interdit", conseillers="ok")
_LU = pour("methode")


def _mine(issue_get: str, issue_post: str, *arguments: str) -> Regle:
    """The example is Nadia's: her colleague is told that it does not exist."""
    absent = {"conseiller_voisin": "absent"}
    cellules = [
        pour("methode") if issue == "methode" else pour("interdit", conseillere=issue, **absent)
        for issue in (issue_get, issue_post)
    ]
    return Regle(cellules[0], cellules[1], arguments)


def _typed(issue_post: str, *arguments: str) -> Regle:
    """The same for a page that keeps what was typed when the session ended meanwhile."""
    voisin = {"conseiller_voisin": "absent"}
    return Regle(
        pour("interdit", conseillere="ok", **voisin),
        pour("interdit", "refus", conseillere=issue_post, **voisin),
        arguments,
    )


REGLES |= {
    "permanences:aujourdhui": Regle(_CONSEILLERS, _LU),
    "permanences:journee": Regle(_CONSEILLERS, _LU, ("jour",)),
    "permanences:tenue": _mine("methode", "redirige", "creneau", "jour"),
    "permanences:annulation": _mine("ok", "ok", "creneau", "jour"),
    "permanences:retrait": _mine("methode", "redirige", "creneau", "jour"),
    "permanences:feuille": _mine("ok", "methode", "atelier", "jour_atelier"),
    # On a door, for anyone.
    "permanences:lieu": Regle(tous("ok"), tous("methode"), ("code_lieu",)),
    "permanences:affiche": Regle(tous("ok"), tous("methode"), ("code_lieu",)),
    "permanences:agenda": Regle(_CONSEILLERS, _LU),
    "permanences:agenda_semaine": Regle(_CONSEILLERS, _LU, ("jour",)),
    "permanences:agenda_mois": Regle(_CONSEILLERS, _LU, ("premier_du_mois",)),
    "permanences:journee_gardee": Regle(_CONSEILLERS, _LU, ("jour",)),
    "permanences:envois": Regle(_CONSEILLERS, _LU),
    # Answers the queue: whoever is not an advisor has to sign in.
    "permanences:etat": Regle(
        pour("refus", sans_compte="refus", conseillers="ok"), tous("methode")
    ),
    "permanences:sans_reseau": Regle(tous("ok"), tous("methode")),
    "permanences:service_worker": Regle(tous("ok"), tous("methode")),
    "permanences:manifeste": Regle(tous("ok"), tous("methode")),
    "permanences:creneau_nouveau": Regle(
        _CONSEILLERS, pour("interdit", "refus", conseillers="refus")
    ),
    "permanences:creneau_verification": Regle(_CONSEILLERS, _LU),
    "permanences:creneau": _mine("ok", "methode", "creneau", "jour"),
    "permanences:creneau_correction": _typed("refus", "creneau"),
    "permanences:creneau_correction_verification": _mine("ok", "methode", "creneau"),
    "permanences:creneau_fin": _typed("refus", "creneau"),
    "permanences:creneau_suppression": _mine("ok", "redirige", "creneau"),
    "permanences:periode": Regle(_CONSEILLERS, pour("interdit", "refus", conseillers="refus")),
    "permanences:periode_retour": _mine("ok", "redirige", "periode"),
    "permanences:agenda_abonnement": Regle(_CONSEILLERS, _LU),
    "permanences:ical_renouvellement": Regle(
        _CONSEILLERS, pour("interdit", conseillers="redirige")
    ),
    # Whoever has the secret, signed in or not: a calendar has no account.
    "permanences:ical_conseiller": Regle(tous("ok"), tous("methode"), ("jeton_ical",)),
    "permanences:ical_lieu": Regle(tous("ok"), tous("methode"), ("jeton_ical_lieu",)),
    "permanences:seances": Regle(_CONSEILLERS, _LU),
    # Sent after the session ended: asked to sign in on the spot, what was typed is kept.
    "permanences:seance_nouvelle": Regle(
        _CONSEILLERS, pour("interdit", "refus", conseillers="refus")
    ),
    "permanences:communes": Regle(_CONSEILLERS, _LU),
    "permanences:seance": _mine("ok", "methode", "cle_seance"),
    "permanences:seance_correction": Regle(
        pour("interdit", conseillere="ok", conseiller_voisin="absent"),
        pour("interdit", "refus", conseillere="ok", conseiller_voisin="absent"),
        ("cle_seance",),
    ),
    "permanences:seance_suppression": _mine("ok", "redirige", "cle_seance"),
    "permanences:chiffres": Regle(_CONSEILLERS, _LU),
    "permanences:chiffres_du": Regle(_CONSEILLERS, _LU, ("premier_du_mois",)),
    "permanences:mois": Regle(_CONSEILLERS, _LU),
    "permanences:mois_du": Regle(_CONSEILLERS, _LU, ("premier_du_mois",)),
    "permanences:declaration": _mine("ok", "redirige", "premier_du_mois", "un"),
    "permanences:structure": Regle(pour("interdit", employeurs="ok"), _LU),
    "permanences:absence": Regle(
        pour("interdit", employeurs="ok"), pour("interdit", employeurs="ok")
    ),
}

# --- The portal: what was transmitted; the provisional is in test_acces_aux_lignes ----------

_PORTAIL = pour("interdit", personnel="ok", prefecture="ok")

REGLES |= {
    "rapports:liste": Regle(_PORTAIL, _LU),
    "rapports:detail": Regle(_PORTAIL, _LU, ("rapport_transmis",)),
    "rapports:comparaison": Regle(_PORTAIL, _LU),
    # Without two reports to compare it leads to the page that says so.
    "rapports:comparaison_csv": Regle(
        pour("interdit", personnel="redirige", prefecture="redirige"), _LU
    ),
    "rapports:telecharger": Regle(_PORTAIL, _LU, ("rapport_transmis", "json")),
    "rapports:recu": Regle(
        pour("methode"), pour("interdit", prefecture="redirige"), ("rapport_transmis",)
    ),
    # On paper, for anyone: it says month, version and state, and serves no file.
    "rapports:verifier_un_code": Regle(tous("ok"), tous("methode")),
    "rapports:verifier": Regle(tous("ok"), tous("methode"), ("code_transmis",)),
}


def example_arguments(objets: SimpleNamespace, arguments: tuple[Any, ...]) -> list[Any]:
    return [getattr(objets, nom) for nom in arguments]
