"""The annex « écart avec La Coop »: her totals, ours, and reasons that add up to the gap.

Counted again in plain Python over the rows, reason by reason, without the selector's SQL.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import uuid
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from config.tests.conftest import make_seance
from conftest import close_mois_brut
from conseillers.models import Poste, Utilisateur
from permanences.models import CompteRenduCoop, ImportCoop, LieuAccueil, ModeSaisie, Mois, Seance
from permanences.services import keep_both
from reporting import fichiers
from reporting.selectors import donnees_du_mois, verifications
from reporting.selectors.ecart_coop import ecart_coop, ecart_par_conseiller
from reporting.services import close_mois
from reporting.tests import exemple

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mardi_10_novembre")]

OCTOBRE = dt.date(2026, 10, 1)
MOIS = [OCTOBRE, dt.date(2026, 9, 1), dt.date(2026, 8, 1), dt.date(2025, 11, 1)]
CLOS = dt.date(2026, 8, 1)
RAISONS = ("lieu_a_rapprocher", "saisie_sur_la_plateforme", "double", "import_annule")


class Registre:
    """Random rows of both sides, and what each of them adds to the annex."""

    def __init__(self, conseillere: Utilisateur, lieu: LieuAccueil, graine: int) -> None:
        self.auteur, self.lieu, self.hasard = conseillere, lieu, random.Random(graine)
        self.coop: Counter[Any] = Counter()
        self.ici: Counter[Any] = Counter()
        self.raisons: Counter[Any] = Counter()

    def _seance(self, mois: dt.date, nombre: int, **champs: Any) -> Seance:
        jour = mois + dt.timedelta(days=self.hasard.randrange(28))
        return make_seance(self.auteur, self.lieu, date=jour, nb_participants=nombre, **champs)

    def _activite(self, mois: dt.date, nombre: int, **champs: Any) -> CompteRenduCoop:
        return CompteRenduCoop.objects.create(
            **{
                "id_coop": str(uuid.uuid4()),
                "conseiller": self.auteur.conseiller,
                "date": mois + dt.timedelta(days=self.hasard.randrange(28)),
                "duree": 30,
                "nb_participants": nombre,
                "etat": "compte",
            }
            | champs
        )

    def add(self, mois: dt.date) -> None:
        """One row of a kind, and by hand what it is worth: (La Coop, here, reason)."""
        nombre = self.hasard.randint(1, 9)
        genre = self.hasard.choice([nom for nom in dir(self) if nom.startswith("one_")])
        coop, ici, raison = getattr(self, genre)(mois, nombre)
        for compte, valeur in ((self.coop, coop), (self.ici, ici)):
            if valeur is not None:
                compte[mois, "seances"] += 1
                compte[mois, "participations"] += valeur
        if raison:
            self.raisons[mois, raison, "seances"] += (coop is not None) - (ici is not None)
            self.raisons[mois, raison, "participations"] += (coop or 0) - (ici or 0)

    def one_counted(self, mois: dt.date, n: int) -> Any:
        self._activite(mois, n, seance=self._seance(mois, n, source="coop"))
        return n, n, None

    def one_typed(self, mois: dt.date, n: int) -> Any:
        self._seance(mois, n, source=self.hasard.choice(["formulaire", "import"]))
        return None, n, "saisie_ici"

    def one_set_aside(self, mois: dt.date, n: int) -> Any:
        raison = self.hasard.choice(RAISONS)
        retiree = (
            self._seance(mois, n, source="coop", supprimee_le=timezone.now())
            if raison in ("double", "import_annule")
            else None
        )
        self._activite(mois, n, etat="ecarte", raison=raison, seance=retiree)
        return n, None, raison

    def one_without_poste(self, mois: dt.date, n: int) -> Any:
        self._activite(mois, n, seance=self._seance(mois, n, source="coop", poste=None))
        return n, None, "en_attente"

    def one_withdrawn_by_hand(self, mois: dt.date, n: int) -> Any:
        seance = self._seance(mois, n, source="coop", supprimee_le=timezone.now())
        self._activite(mois, n, seance=seance)
        return n, None, "retire_a_la_main"

    def one_corrected_here(self, mois: dt.date, n: int) -> Any:
        self._activite(mois, n + 3, seance=self._seance(mois, n, source="coop"))
        return n + 3, n, "corrigee_ici"

    def one_changed_after_the_month_was_closed(self, mois: dt.date, n: int) -> Any:
        seance = self._seance(mois, n, source="coop")
        self._activite(mois, n + 2, raison="mois_clos", seance=seance)
        return n + 2, n, "mois_clos"

    def one_deleted_there_after_the_month_was_closed(self, mois: dt.date, n: int) -> Any:
        seance = self._seance(mois, n, source="coop")
        self._activite(mois, n, raison="mois_clos", supprime_le=timezone.now(), seance=seance)
        return None, n, "mois_clos"

    def one_deleted_on_both_sides(self, mois: dt.date, n: int) -> Any:
        self._activite(mois, n, etat="supprime", supprime_le=timezone.now())
        return None, None, None

    def one_of_somebody_else(self, mois: dt.date, n: int) -> Any:
        self._activite(mois, n, etat="ecarte", raison="mediateur_ignore", conseiller=None)
        return None, None, None


@pytest.mark.parametrize("graine", range(6))
def test_the_totals_and_each_reason_equal_the_recount(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, graine: int
) -> None:
    registre = Registre(conseillere, mairie_brulon, graine)
    for mois in MOIS:
        for _ in range(12):
            registre.add(mois)
    donnees = ecart_coop(OCTOBRE)
    assert [m["mois"] for m in donnees["mois"]] == ["2025-11", "2026-08", "2026-09", "2026-10"]
    for ligne in donnees["mois"]:
        mois = dt.date.fromisoformat(f"{ligne['mois']}-01")
        for cle in ("seances", "participations"):
            assert ligne["coop"][cle] == registre.coop[mois, cle]
            assert ligne["ici"][cle] == registre.ici[mois, cle]
    attendues: Counter[Any] = Counter()
    for (mois, raison, cle), n in registre.raisons.items():
        attendues[raison, f"{cle}_douze_mois"] += n
        attendues[raison, cle] += n if mois == OCTOBRE else 0
    trouvees = {
        (ligne["code"], cle): n for ligne in donnees["raisons"] for cle, n in ligne.items()
        if cle != "code"
    }  # fmt: skip
    assert trouvees == dict(attendues)


def test_a_late_one_is_in_la_coop_s_month_and_a_regularisation_here(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    registre = Registre(conseillere, mairie_brulon, 1)
    registre.one_counted(CLOS, 2)
    close_mois_brut(CLOS)
    Mois.objects.update(clos_le=timezone.now() - dt.timedelta(days=1))
    tardive = registre._seance(CLOS, 5, source="coop", hors_delai=True)
    registre._activite(CLOS, 5, seance=tardive)
    donnees = ecart_coop(OCTOBRE)
    (aout,) = donnees["mois"]
    assert aout["coop"] == {"seances": 2, "participations": 7}
    assert aout["ici"] == {"seances": 1, "participations": 2}
    (raison,) = donnees["raisons"]
    assert raison["code"] == "hors_delai"
    assert (raison["seances_douze_mois"], raison["participations_douze_mois"]) == (1, 5)


def test_without_an_import_there_is_nothing_to_measure_and_the_report_says_so(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    make_seance(conseillere, mairie_brulon, date=dt.date(2026, 10, 6))
    for corps in donnees_du_mois(OCTOBRE).values():
        assert corps["ecart_coop"] == {"dernier_import": None, "mois": [], "raisons": []}
        assert not any("Coop" in r["libelle"] for r in corps["rapprochements"])
        tables = {t.code: t for t in fichiers.all_tables(corps)}
        assert "Aucun import de La Coop" in tables["ecart_coop"].vide


def test_both_reports_freeze_the_same_gap_which_reconciles(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, gestionnaire: Utilisateur, poste_1: Poste
) -> None:
    registre = Registre(conseillere, mairie_brulon, 3)
    for _ in range(15):
        registre.add(OCTOBRE)
    Seance.objects.filter(poste=None).update(poste=poste_1)
    ImportCoop.objects.create(
        origine="fichier", etat="fait", termine_le=timezone.now(), forme="coordinateur"
    )
    rapports = close_mois(
        mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Chiffres vérifiés"
    )
    gels = [rapport.donnees for rapport in rapports]
    assert gels[0]["ecart_coop"] == gels[1]["ecart_coop"]
    assert gels[0]["ecart_coop"]["dernier_import"] == {
        "le": "2026-11-10T10:00:00+01:00", "origine": "fichier",
    }  # fmt: skip
    coop = [r for r in gels[0]["rapprochements"] if "Coop" in r["libelle"]]
    assert len(coop) == 6 and all(r["gauche"] == r["droite"] for r in coop)
    assert conseillere.nom not in json.dumps(gels, ensure_ascii=False)


# --- Before a month is closed ------------------------------------------------------------------


def found() -> dict[str, int]:
    codes = ("double_entre_sources", "double_probable", "coop_sans_import")
    return {v.code: v.nombre for v in verifications(OCTOBRE) if v.code in codes}


@pytest.mark.parametrize(
    ("champs", "averti"),
    [
        (None, True),
        ({"jour": 30, "forme": "conseiller"}, True),
        ({"jour": 2, "forme": "conseiller", "conseiller": "voisin"}, True),
        ({"jour": 2, "forme": "conseiller"}, False),
        ({"jour": 2, "forme": "coordinateur", "conseiller": None}, False),
        ({"jour": 2, "origine": "api", "conseiller": None}, False),
        ({"jour": 2, "origine": "api", "conseiller": None, "etat": "en_cours"}, True),
    ],
)
def test_an_advisor_on_la_coop_without_an_import_since_the_month_ended_warns(
    conseillere: Utilisateur, conseiller_voisin: Utilisateur, champs: dict[str, Any] | None,
    averti: bool,
) -> None:  # fmt: skip
    nadia = conseillere.conseiller
    ModeSaisie.objects.create(conseiller=nadia, mode="coop", date_debut=dt.date(2026, 9, 1))
    if champs:
        jour = champs.pop("jour")
        le = dt.datetime(2026, 10 if jour > 20 else 11, jour, 7, tzinfo=dt.UTC)
        if champs.get("conseiller") == "voisin":
            champs["conseiller"] = conseiller_voisin.conseiller
        ImportCoop.objects.create(
            **{"origine": "fichier", "etat": "fait", "termine_le": le, "conseiller": nadia} | champs
        )
    assert found() == ({"coop_sans_import": 1} if averti else {})
    assert not any(
        "Brulon" in json.dumps(corps["verifications"])
        for corps in donnees_du_mois(OCTOBRE).values()
    )


def test_a_pair_across_sources_warns_until_somebody_decides(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, gestionnaire: Utilisateur
) -> None:
    mardi = dt.date(2026, 10, 6)
    saisie, coop = (
        make_seance(conseillere, mairie_brulon, date=mardi, source=source)
        for source in ("formulaire", "coop")
    )
    assert found() == {"double_entre_sources": 1}
    keep_both(saisie=saisie, coop=coop, utilisateur=gestionnaire)
    assert found() == {}


def test_the_page_of_the_month_its_act_and_the_command_say_when_la_coop_was_read(
    client: Client, gestionnaire: Utilisateur, conseillere: Utilisateur
) -> None:
    client.force_login(gestionnaire)
    pages = (
        "/admin/reporting/rapport/mois/2026-10/",
        "/admin/reporting/rapport/mois/2026-10/cloturer/",
    )
    for page in pages:
        assert "Aucun import de La Coop" in client.get(page).content.decode()
    ImportCoop.objects.create(
        origine="fichier", etat="fait", forme="coordinateur",
        termine_le=dt.datetime(2026, 11, 5, 6, 40, tzinfo=dt.UTC),
    )  # fmt: skip
    phrase = "le 5 novembre 2026 à 7 h 40, fichier (export d’un coordinateur)"
    for page in pages:
        assert phrase in client.get(page).content.decode().replace("\u00a0", " ")
    sortie = io.StringIO()
    with pytest.raises(CommandError):
        call_command("close_mois", "2026-10", stdout=sortie)
    assert phrase in sortie.getvalue().replace("\u00a0", " ")


def test_staff_reads_the_gap_of_each_advisor_and_nobody_else_does(
    client: Client, gestionnaire: Utilisateur, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    registre = Registre(conseillere, mairie_brulon, 5)
    for mois in (OCTOBRE, dt.date(2026, 9, 1)):
        for _ in range(12):
            registre.add(mois)
    lignes = {ligne.nom: ligne for ligne in ecart_par_conseiller(OCTOBRE)}
    nadia = lignes["Nadia Brulon"]
    assert nadia.coop["seances"] == registre.coop[OCTOBRE, "seances"]
    assert nadia.ici["participations"] == registre.ici[OCTOBRE, "participations"]
    for cle in ("seances", "participations"):
        assert sum(r.mesure[cle] for r in nadia.raisons) == nadia.ecart[cle]
    client.force_login(gestionnaire)
    page = client.get("/admin/ecart-coop/?mois=2026-10").content.decode()
    assert "Nadia Brulon" in page and "Saisie ici" in page
    client.force_login(conseillere)
    assert client.get("/admin/ecart-coop/").status_code == 403


# --- Reports of before, and files --------------------------------------------------------------


def test_a_report_frozen_before_this_annex_is_still_read() -> None:
    ancien = exemple.couverture(1)
    del ancien["ecart_coop"]
    tables = {t.code: t for t in fichiers.all_tables(ancien)}
    assert "pas été mesuré" in tables["ecart_coop"].vide
    assert tables["ecart_coop"].rows()[1:] == [] == tables["ecart_coop_raisons"].rows()[1:]


def test_the_csv_tables_hold_the_gap_and_its_total() -> None:
    lignes = fichiers.tables(exemple.frequentation(1))
    entete, *mois = lignes["ecart_coop"]
    assert entete[:4] == ["mois", "seances_coop", "seances_ici", "seances_ecart"]
    assert mois[-2][:4] == ["2026-10", 341, 344, -3]
    *_, total = lignes["ecart_coop_raisons"]
    assert total[1:] == ["Écart", -3, 11, -6, 2]
