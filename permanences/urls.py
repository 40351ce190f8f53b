"""The advisors' and the employers' screens."""

import datetime as dt

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from permanences.views import (
    agenda,
    chiffres,
    coop,
    donnees_ouvertes,
    doubles,
    hors_ligne,
    ical,
    journee,
    lieux,
    mois,
    periodes,
    planification,
    seances,
    structure,
    trouver,
)


def _inside(jour: dt.date) -> dt.date:
    """The pages link to the day or month beside theirs: the first and last years have no page."""
    if not 2000 < jour.year < 2099:
        raise ValueError(jour)
    return jour


class JourConverter:
    """« 2026-10-13 »; a date that does not exist is a page that does not exist."""

    regex = r"20\d\d-\d\d-\d\d"

    def to_python(self, value: str) -> dt.date:
        return _inside(dt.date.fromisoformat(value))

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


class MoisConverter:
    """« 2026-10 », as its first day."""

    regex = r"20\d\d-\d\d"

    def to_python(self, value: str) -> dt.date:
        return _inside(dt.date.fromisoformat(f"{value}-01"))

    def to_url(self, value: dt.date) -> str:
        return f"{value:%Y-%m}"


class InseeConverter(StringConverter):
    """« 72181 », « 2A004 »: of a commune of today or of old."""

    regex = r"\d[0-9AB]\d{3}"


register_converter(JourConverter, "jour")
register_converter(InseeConverter, "insee")
register_converter(MoisConverter, "mois")

app_name = "permanences"
urlpatterns = [
    path("aujourdhui/", journee.aujourdhui, name="aujourdhui"),
    path("aujourdhui/<jour:jour>/", journee.aujourdhui, name="journee"),
    path("creneaux/<int:pk>/<jour:jour>/tenue/", journee.marquer_tenue, name="tenue"),
    path("creneaux/<int:pk>/<jour:jour>/annulation/", journee.annuler, name="annulation"),
    path("creneaux/<int:pk>/<jour:jour>/oubli/", journee.retirer, name="retrait"),
    path("creneaux/<int:pk>/<jour:jour>/feuille/", lieux.feuille, name="feuille"),
    path("ou-nous-trouver/", trouver.accueil, name="trouver"),
    path("ou-nous-trouver/chercher/", trouver.chercher, name="trouver_chercher"),
    path("ou-nous-trouver/commune/<insee:code>/", trouver.commune, name="trouver_commune"),
    path(
        "ou-nous-trouver/commune/<insee:code>/permanences.ics",
        ical.calendrier_commune,
        name="ical_commune",
    ),
    # The only pages that another site may frame.
    path("ou-nous-trouver/cadre/", trouver.cadre, name="trouver_cadre"),
    path("ou-nous-trouver/cadre/chercher/", trouver.cadre_chercher, name="trouver_cadre_chercher"),
    path(
        "ou-nous-trouver/cadre/commune/<insee:code>/",
        trouver.cadre_commune,
        name="trouver_cadre_commune",
    ),
    # A code comes from a file and may hold anything, a slash too.
    path("lieux/<path:code>/permanences.ics", ical.calendrier_public_lieu, name="ical_public_lieu"),
    path("lieux/<path:code>/affiche/", lieux.affiche, name="affiche"),
    path("lieux/<path:code>/", lieux.page_publique, name="lieu"),
    path(
        "donnees-ouvertes/lieux-de-mediation-numerique.csv",
        donnees_ouvertes.lieux_csv,
        name="lieux_ouverts_csv",
    ),
    path(
        "donnees-ouvertes/lieux-de-mediation-numerique.json",
        donnees_ouvertes.lieux_json,
        name="lieux_ouverts_json",
    ),
    path("agenda/", agenda.semaine, name="agenda"),
    path("agenda/semaine/<jour:jour>/", agenda.semaine, name="agenda_semaine"),
    path("agenda/mois/<mois:mois>/", agenda.mois, name="agenda_mois"),
    path("agenda/creneaux/nouveau/", planification.nouveau, name="creneau_nouveau"),
    path("agenda/creneaux/verification/", planification.verifier, name="creneau_verification"),
    path("agenda/creneaux/<int:pk>/<jour:jour>/", planification.fiche, name="creneau"),
    path("agenda/creneaux/<int:pk>/correction/", planification.corriger, name="creneau_correction"),
    path(
        "agenda/creneaux/<int:pk>/correction/verification/",
        planification.verifier_correction,
        name="creneau_correction_verification",
    ),
    path("agenda/creneaux/<int:pk>/fin/", planification.finir, name="creneau_fin"),
    path(
        "agenda/creneaux/<int:pk>/suppression/", planification.supprimer, name="creneau_suppression"
    ),
    path("agenda/periode/", periodes.annuler, name="periode"),
    path("agenda/periode/<int:pk>/retour/", periodes.retablir, name="periode_retour"),
    path("agenda/abonnement/", ical.abonnement, name="agenda_abonnement"),
    path("agenda/abonnement/renouvellement/", ical.renouveler, name="ical_renouvellement"),
    path("ical/conseiller/<str:jeton>.ics", ical.calendrier_conseiller, name="ical_conseiller"),
    path("ical/lieu/<str:jeton>.ics", ical.calendrier_lieu, name="ical_lieu"),
    path("seances/", seances.liste, name="seances"),
    path("seances/nouvelle/", seances.nouvelle, name="seance_nouvelle"),
    path("seances/communes/", seances.communes, name="communes"),
    path("seances/doubles/", doubles.mes_doubles, name="doubles"),
    path("seances/doubles/<int:pk>/annulation/", doubles.annuler, name="double_annulation"),
    path("seances/<uuid:cle>/", seances.detail, name="seance"),
    path("seances/<uuid:cle>/correction/", seances.corriger, name="seance_correction"),
    path("seances/<uuid:cle>/suppression/", seances.supprimer, name="seance_suppression"),
    path("la-coop/", coop.envoyer, name="coop"),
    path("la-coop/<int:pk>/", coop.apercu, name="coop_import"),
    path("la-coop/<int:pk>/confirmation/", coop.confirmer, name="coop_confirmation"),
    path("la-coop/<int:pk>/abandon/", coop.abandonner, name="coop_abandon"),
    path("la-coop/<int:pk>/annulation/", coop.annuler, name="coop_annulation"),
    path("mes-chiffres/", chiffres.mes_chiffres, name="chiffres"),
    path("mes-chiffres/<mois:mois>/", chiffres.mes_chiffres, name="chiffres_du"),
    path("mon-mois/", mois.mon_mois, name="mois"),
    path("mon-mois/<mois:mois>/", mois.mon_mois, name="mois_du"),
    path("mon-mois/<mois:mois>/<int:numero>/complet/", mois.declarer, name="declaration"),
    path("envois/", hors_ligne.envois, name="envois"),
    path("hors-ligne/etat/", hors_ligne.etat, name="etat"),
    path("hors-ligne/journee/<jour:jour>/", journee.journee_gardee, name="journee_gardee"),
    path("hors-ligne/", hors_ligne.sans_reseau, name="sans_reseau"),
    # At the root: a service worker serves only what is below its own address.
    path("service-worker.js", hors_ligne.service_worker, name="service_worker"),
    path("manifest.webmanifest", hors_ligne.manifeste, name="manifeste"),
    path("structure/", structure.ma_structure, name="structure"),
    path("structure/absence/", structure.declarer_absence, name="absence"),
]
