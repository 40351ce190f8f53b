"""A file of La Coop sent in the browser: read at once, shown, then written if it is confirmed.

The bytes that were sent are never kept: what is kept until the end is what was read of them,
one CompteRendu a line, which has no room for the name of anybody helped.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from conseillers.models import Conseiller, Utilisateur
from permanences.coop import ActiviteLue, CompteRendu, Lecture, MediateurLu
from permanences.enums import EtatImportCoop, NatureSeance, OrigineImport, RaisonCoop
from permanences.models import ImportCoop, Seance
from permanences.services.coop.cycle import fail_import_coop, hold_run, release_run
from permanences.services.coop.enregistrement import CREES, ECARTES, INCHANGES, MODIFIES, Resultat
from permanences.services.coop.passage import (
    BilanCoop,
    describe,
    run_lecture,
    same_name,
    try_lecture,
)
from territoires.typographie import accorde

GARDE = dt.timedelta(days=1)
SILENCE = dt.timedelta(minutes=3)
MONTREES = 300
SANS_NOM = "personne (l’en-tête est vide)"
ACTIFS = (EtatImportCoop.EN_LECTURE, EtatImportCoop.A_CONFIRMER)

PHRASE_INTERROMPU = (
    "L’import s’est interrompu avant la fin : rien n’a été écrit. Renvoyez l’export."
)
PHRASE_DEJA = "Cet import n’attend plus de confirmation : voyez son état ci-dessous."
PHRASE_AUTRE_APERCU = (
    "Les données ont changé depuis votre aperçu : relisez celui-ci, puis confirmez."
)
PHRASE_PAS_DE_FILE = "Le service des tâches n’a pas répondu : confirmez à nouveau dans un moment."
PHRASE_A_QUI = "Cochez la case qui dit que cet export est bien le vôtre."


def keep_lecture(
    *,
    utilisateur: Utilisateur,
    nom_fichier: str,
    sha256: str,
    lecture: Lecture,
    conseiller: Conseiller | None,
) -> ImportCoop:
    """Keep what was read. Raises ValidationError when nobody can say whose export it is."""
    if lecture.du_conseiller and conseiller is None:
        raise ValidationError("Choisissez le conseiller dont c’est l’export.")
    recu = ImportCoop(
        origine=OrigineImport.FICHIER,
        **describe(lecture, nom_fichier, sha256, conseiller, utilisateur),
    )
    sien = conseiller is None or same_name(conseiller, lecture.prenom, lecture.nom)
    if lecture.du_conseiller and not sien:
        recu.au_nom_de = f"{lecture.prenom} {lecture.nom}".strip()[:200] or SANS_NOM
    recu.full_clean(exclude=["lecture", "apercu"])
    recu.lecture.save(f"{sha256[:16] or 'export'}.jsonl", ContentFile(_dump(lecture)), save=False)
    recu.save()
    return recu


def _dump(lecture: Lecture) -> bytes:
    tete = {
        "du_conseiller": lecture.du_conseiller,
        "lignes": lecture.lignes,
        "mediateurs": [[m.identifiant, m.nom] for m in lecture.mediateurs],
        "remarques": lecture.remarques,
    }
    lignes = [[list(a.lignes), a.compte_rendu.donnees()] for a in lecture.activites]
    return "\n".join(json.dumps(dit, ensure_ascii=False) for dit in (tete, *lignes)).encode()


def load_lecture(recu: ImportCoop) -> Lecture:
    with recu.lecture.open("rb") as flux:
        tete, *lignes = (json.loads(brut) for brut in flux.read().decode().split("\n"))
    return Lecture(
        tete["du_conseiller"],
        lignes=tete["lignes"],
        mediateurs=[MediateurLu(identifiant, nom) for identifiant, nom in tete["mediateurs"]],
        remarques=tete["remarques"],
        activites=[
            ActiviteLue(CompteRendu.from_donnees(donnees), tuple(rangs))
            for rangs, donnees in lignes
        ],
    )


# --- The preview -----------------------------------------------------------------------------


def preview_import_coop(*, pk: int) -> None:
    """Make the preview: the whole import, undone."""
    recu = ImportCoop.objects.get(pk=pk)
    if recu.etat == EtatImportCoop.EN_LECTURE:
        _preview(recu)


def _preview(recu: ImportCoop, cause: str = "") -> None:
    lecture = load_lecture(recu)
    bilan = try_lecture(importation=recu, lecture=lecture, progres=_Signe(recu.pk))
    if recu.apercu:
        recu.apercu.delete(save=False)
    recu.apercu.save("apercu.jsonl", ContentFile(_shown(bilan, lecture)), save=False)
    recu.empreinte_apercu = bilan.empreinte
    recu.etat, recu.confirme_le, recu.cause = EtatImportCoop.A_CONFIRMER, None, cause
    recu.battement = timezone.now()
    recu.save()


def _shown(bilan: BilanCoop, lecture: Lecture) -> bytes:
    """A line of JSON for each activity that would change something: what it is, what becomes of
    it, up to a number of each sort.
    """
    lus = {a.compte_rendu.id_coop: a.compte_rendu for a in lecture.activites}
    montrees: dict[str, int] = {}
    lignes = []
    for resultat in bilan.resultats:
        montrees[resultat.sort] = montrees.get(resultat.sort, 0) + 1
        if resultat.sort != INCHANGES and montrees[resultat.sort] <= MONTREES:
            dit = {"sort": resultat.sort, **told(resultat, lus[resultat.id_coop])}
            lignes.append(json.dumps(dit, ensure_ascii=False))
    return "\n".join(lignes).encode()


def told(resultat: Resultat, lu: CompteRendu) -> dict[str, Any]:
    """One activity in words."""
    details = []
    if resultat.sort == CREES and resultat.regularisation:
        details.append("Son mois est clos : elle sera comptée comme régularisation.")
    if resultat.sort in (MODIFIES, ECARTES):
        details += [_change(*changement) for changement in resultat.changements]
    if resultat.raison:
        raison = RaisonCoop(resultat.raison).label
        details.append(f"{raison} : {resultat.precision}" if resultat.precision else raison)
    nature = NatureSeance(lu.nature).label if lu.nature else "Activité"
    ou = lu.lieu.nom if lu.lieu else ""
    quoi = [nature, accorde(lu.nb_participants, "participant"), f"{lu.duree}\u00a0min", ou]
    return {
        "le": f"{lu.date:%d/%m/%Y}" if lu.date else "sans date",
        "quoi": ", ".join(filter(None, quoi)) if not lu.defaut else "illisible",
        "id": resultat.id_coop,
        "details": [d for d in details if d] + [f"Inconnu : {i}." for i in resultat.inconnues],
    }


def _change(nom: str, avant: Any, apres: Any) -> str:
    if nom.endswith("_id") or nom in ("departement", "code_insee"):
        return "" if nom != "lieu_id" else "Le lieu change."
    champ: Any = Seance._meta.get_field(nom)
    return f"{str(champ.verbose_name).capitalize()} : {_said(champ, avant)} → {_said(champ, apres)}"


def _said(champ: Any, valeur: Any) -> str:
    if isinstance(valeur, dt.date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, list):
        return ", ".join(_said(champ.base_field, partie) for partie in valeur) or "aucun"
    return str(dict(champ.flatchoices).get(valeur, valeur)) or "vide"


def preview_lines(recu: ImportCoop) -> dict[str, list[dict[str, Any]]]:
    """{sort: activities} of the preview."""
    par_sort: dict[str, list[dict[str, Any]]] = {}
    if recu.apercu:
        with recu.apercu.open("rb") as flux:
            for brut in filter(None, flux.read().decode().split("\n")):
                dit = json.loads(brut)
                par_sort.setdefault(dit.pop("sort"), []).append(dit)
    return par_sort


# --- Confirmation and writing ----------------------------------------------------------------


@transaction.atomic
def confirm_import_coop(
    *, pk: int, utilisateur: Utilisateur, empreinte: str, est_le_sien: bool = False
) -> ImportCoop:
    """Ask for the writing of what was shown. Raises ValidationError."""
    recu = ImportCoop.objects.select_for_update(of=("self",)).get(pk=pk)
    if recu.etat != EtatImportCoop.A_CONFIRMER or recu.confirme_le:
        raise ValidationError(PHRASE_DEJA)
    if empreinte != recu.empreinte_apercu:
        raise ValidationError(PHRASE_AUTRE_APERCU)
    if recu.au_nom_de and not est_le_sien:
        raise ValidationError(PHRASE_A_QUI)
    recu.confirme_le = recu.battement = timezone.now()
    recu.cause = ""
    recu.save()
    return recu


def write_import_coop(*, pk: int) -> None:
    """Write what was confirmed, whole; if the data have changed meanwhile, show it again."""
    recu = ImportCoop.objects.get(pk=pk)
    if recu.etat != EtatImportCoop.A_CONFIRMER or not recu.confirme_le:
        return
    try:
        hold_run()
    except ValidationError as refus:
        ImportCoop.objects.filter(pk=pk).update(confirme_le=None, cause=refus.messages[0])
        return
    try:
        recu.etat, recu.confirme_le = EtatImportCoop.EN_COURS, None
        recu.save(update_fields=["etat", "confirme_le"])
        bilan = run_lecture(
            importation=recu,
            lecture=load_lecture(recu),
            progres=_Signe(pk),
            accord=lambda bilan: bilan.empreinte == recu.empreinte_apercu,
        )
        if bilan.simulation:
            _preview(recu, PHRASE_AUTRE_APERCU)
        else:
            erase_files(recu)
    finally:
        release_run()


def abandon_import_coop(*, pk: int) -> ImportCoop:
    """Nothing is written, what was read is erased."""
    with transaction.atomic():
        recu = ImportCoop.objects.select_for_update(of=("self",)).get(pk=pk)
        if recu.etat not in ACTIFS or recu.confirme_le:
            raise ValidationError(PHRASE_DEJA)
        _end(recu, EtatImportCoop.ABANDONNE, "Abandonné avant d’être écrit.")
    return recu


def fail_reading(*, pk: int, cause: str) -> None:
    recu = ImportCoop.objects.get(pk=pk)
    if recu.etat == EtatImportCoop.EN_LECTURE:
        _end(recu, EtatImportCoop.ECHEC, cause)
    elif recu.confirme_le:
        ImportCoop.objects.filter(pk=pk).update(confirme_le=None, cause=cause)


def sweep_imports_coop() -> None:
    """Every minute: erase what has waited a day, say what a dead worker left."""
    maintenant = timezone.now()
    muets = ImportCoop.objects.filter(
        origine=OrigineImport.FICHIER, battement__lt=maintenant - SILENCE
    )
    for recu in muets.filter(etat=EtatImportCoop.EN_LECTURE):
        _end(recu, EtatImportCoop.ECHEC, PHRASE_INTERROMPU)
    muets.filter(confirme_le__isnull=False).update(confirme_le=None, cause=PHRASE_PAS_DE_FILE)
    if muets.filter(etat=EtatImportCoop.EN_COURS).exists():
        _free_dead_run()
    oublies = ImportCoop.objects.filter(debute_le__lt=maintenant - GARDE)
    for recu in oublies.filter(etat=EtatImportCoop.A_CONFIRMER, confirme_le=None):
        _end(recu, EtatImportCoop.ABANDONNE, "Personne ne l’a confirmé en un jour.")
    for recu in oublies.exclude(lecture="", apercu="").exclude(etat__in=ACTIFS):
        erase_files(recu)


def _free_dead_run() -> None:
    """Whoever can hold the runs finds that nothing holds them, and says so on their rows."""
    try:
        hold_run()
    except ValidationError:
        return
    release_run()


def erase_files(recu: ImportCoop) -> None:
    for fichier in (recu.lecture, recu.apercu):
        if fichier:
            fichier.delete(save=False)
    recu.au_nom_de = ""
    recu.save(update_fields=["lecture", "apercu", "au_nom_de"])


def _end(recu: ImportCoop, etat: EtatImportCoop, cause: str) -> None:
    if etat == EtatImportCoop.ECHEC:
        fail_import_coop(importation=recu, cause=cause)
    else:
        recu.etat, recu.cause, recu.termine_le = etat, cause, timezone.now()
        recu.save(update_fields=["etat", "cause", "termine_le"])
    erase_files(recu)


class _Signe:
    """A sign of life each second, by another connection: the import's own is not yet visible."""

    def __init__(self, pk: int) -> None:
        self._pk = pk
        self._dernier = time.monotonic()

    def __call__(self, lus: int) -> None:
        if time.monotonic() - self._dernier < 1:
            return
        self._dernier = time.monotonic()
        connexion = connections.create_connection(DEFAULT_DB_ALIAS)
        try:
            with connexion.cursor() as cursor:
                cursor.execute(
                    "UPDATE permanences_importcoop SET lus = %s, battement = now() WHERE id = %s",
                    [lus, self._pk],
                )
        finally:
            connexion.close()
