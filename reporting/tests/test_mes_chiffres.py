"""« Mes chiffres » counts as the report does: all the advisors add up to its figures."""

import datetime as dt
from functools import reduce
from operator import add

import pytest
from django.utils import timezone

from conftest import make_seance
from conseillers.models import Affectation, Utilisateur
from permanences.models import LieuAccueil, Seance
from permanences.selectors.chiffres import Chiffres, chiffres_of
from reporting.selectors.mesures import CLES_SAISIE, MesuresDuMois, mesures_entre

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
SEPTEMBRE = dt.date(2026, 9, 1)


@pytest.fixture
def chiffres(
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil,
    mediatheque_la_fleche: LieuAccueil,
) -> list[Chiffres]:
    """Two advisors' September: every nature, theme twice, unknown delays, one deleted, one late."""
    natures = ("individuel", "atelier", "mini_formation")
    for rang in range(12):
        for qui, lieu in ((conseillere, mairie_brulon), (conseiller_voisin, mediatheque_la_fleche)):
            seance = make_seance(
                qui, lieu, SEPTEMBRE + dt.timedelta(days=2 * rang),
                nature=natures[rang % 3], nb_participants=rang + 1, duree=15 * (rang + 1),
                thematiques=["email", "sante"][: 1 + rang % 2], genre_feminin=rang // 2,
                age_soixante_dix_plus=rang // 3, statut_retraite=min(rang, 1),
                nb_premieres_venues=rang // 4 if rang % 5 else None,
            )  # fmt: skip
            delai = [None, 0, 3, 30][rang % 4]
            saisie = None if delai is None else seance.date + dt.timedelta(days=delai)
            Seance.objects.filter(pk=seance.pk).update(saisie_le=saisie)
    jour = dt.date(2026, 9, 30)
    supprimee = make_seance(conseillere, mairie_brulon, jour, nb_participants=50)
    Seance.objects.filter(pk=supprimee.pk).update(supprimee_le=timezone.now())
    Affectation.objects.filter(conseiller__utilisateur=conseillere).update(
        date_fin=dt.date(2026, 9, 29)
    )
    make_seance(conseillere, mairie_brulon, jour, nb_participants=70)
    return [chiffres_of(qui, SEPTEMBRE) for qui in (conseillere, conseiller_voisin)]


@pytest.fixture
def rapport(chiffres: list[Chiffres]) -> MesuresDuMois:
    return mesures_entre(SEPTEMBRE, dt.date(2026, 9, 30))


def test_the_totals(chiffres: list[Chiffres], rapport: MesuresDuMois) -> None:
    total = reduce(add, (c.total for c in chiffres))
    connues = {"premieres_venues_sur": rapport.premieres_venues_sur}
    assert vars(total) == rapport.total | connues
    assert [c.en_attente for c in chiffres] == [1, 0]


def test_by_nature_and_delay(chiffres: list[Chiffres], rapport: MesuresDuMois) -> None:
    for lignes, axe, cles in (
        ("natures", "nature", ["individuel", "atelier", "mini_formation"]),
        ("saisie", "saisie", CLES_SAISIE),
    ):
        sommes = [
            sum(getattr(c, lignes)[rang].mois.seances for c in chiffres)
            for rang in range(len(cles))
        ]
        assert sommes == [m["seances"] for m in rapport.axe(axe, cles).values()]
        assert all(sommes), "each case is played"


def test_by_theme(chiffres: list[Chiffres], rapport: MesuresDuMois) -> None:
    mien = {
        ligne.libelle: (2 * ligne.mois.seances, 2 * ligne.mois.participations)
        for ligne in chiffres[1].thematiques
    }
    assert mien == {
        libelle: tuple(rapport.thematiques[cle].values())
        for cle, libelle in (("email", "E-mail"), ("sante", "Santé"))
    }


def test_the_publics_add_up_to_the_participations(
    chiffres: list[Chiffres], rapport: MesuresDuMois
) -> None:
    for rang, groupe in enumerate(rapport.publics.values()):
        colonnes = zip(*(c.publics[rang].lignes for c in chiffres), strict=True)
        assert [sum(li.mois.participations for li in lignes) for lignes in colonnes] == list(
            groupe.values()
        )
