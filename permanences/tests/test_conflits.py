"""Two places at once are refused; a holiday, a closure, an absence are said and confirmed."""

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences import recurrence
from permanences.forms.agenda import MOIS, RYTHMES, TEL_QUEL, answers_of, regle_of
from permanences.models import Creneau, Fermeture, LieuAccueil, Occurrence
from permanences.selectors.consequences import Consequences, consequences_of, overlap
from permanences.selectors.planification import first_date_from
from permanences.services import cancel_periode, plan_creneau
from territoires.models import Commune

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
MARDI = dt.date(2026, 10, 20)


@pytest.fixture
def ailleurs(le_mans: Commune) -> LieuAccueil:
    return LieuAccueil.objects.create(
        code="mediatheque-72181", nom="Médiathèque Aragon", type="bibliotheque",
        code_insee=le_mans.code, commune=le_mans,
    )  # fmt: skip


@pytest.fixture
def voulu(poste_1: Poste, ailleurs: LieuAccueil) -> Creneau:
    """Tuesday 20 October, 11:00 to 13:00, elsewhere: it meets Brûlon's créneau."""
    return Creneau(
        poste=poste_1, lieu=ailleurs, nature="permanence",
        date_debut=MARDI, heure_debut=dt.time(11), heure_fin=dt.time(13),
    )  # fmt: skip


def judge(creneau: Creneau, conseillere: Utilisateur) -> Consequences:
    return consequences_of(creneau, utilisateur=conseillere)


def flat(phrases: list[str]) -> str:
    return " ".join(phrases).replace("\u202f", " ").replace("\u00a0", " ")


def test_two_places_at_once_are_refused_with_where_and_when(
    conseillere: Utilisateur, creneau_brulon: Creneau, voulu: Creneau
) -> None:
    refus = flat(judge(voulu, conseillere).refus)
    assert "Vous êtes déjà ailleurs : mardi 20 octobre 2026, Mairie de Brûlon, 9 h – 12 h" in refus
    assert "Changez le jour ou l’heure" in refus


def test_the_service_refuses_them_too(
    conseillere: Utilisateur, creneau_brulon: Creneau, voulu: Creneau
) -> None:
    champs = {n: getattr(voulu, n) for n in ("lieu", "nature", "heure_debut", "heure_fin")}
    with pytest.raises(ValidationError, match="déjà ailleurs"):
        plan_creneau(
            utilisateur=conseillere, cle=uuid.uuid4(), poste=voulu.poste, date_debut=MARDI, **champs
        )
    assert Creneau.objects.count() == 1


def test_one_that_begins_when_the_other_ends_is_fine(
    conseillere: Utilisateur, creneau_brulon: Creneau, voulu: Creneau
) -> None:
    voulu.heure_debut = dt.time(12)
    assert judge(voulu, conseillere).refus == []


def test_in_one_place_it_is_only_said(
    conseillere: Utilisateur, creneau_brulon: Creneau, voulu: Creneau
) -> None:
    voulu.lieu = creneau_brulon.lieu
    constat = judge(voulu, conseillere)
    assert constat.refus == []
    assert "Un autre créneau a lieu au même endroit" in flat(constat.avertissements)


def test_what_is_cancelled_that_day_is_no_conflict(
    conseillere: Utilisateur, creneau_brulon: Creneau, voulu: Creneau
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=MARDI, statut="annulee", motif="remplacee"
    )
    assert judge(voulu, conseillere).refus == []


def test_two_postes_held_by_one_person_are_one_person(
    conseillere: Utilisateur, poste_2: Poste, atelier_la_fleche: Creneau, voulu: Creneau
) -> None:
    Affectation.objects.create(
        poste=poste_2, conseiller=conseillere.conseiller, date_debut=dt.date(2026, 1, 5),
        type_contrat="CDD", role="remplacement",
    )  # fmt: skip
    voulu.date_debut, voulu.heure_fin = dt.date(2026, 11, 10), dt.time(15)
    assert judge(voulu, conseillere).refus == []
    voulu.date_debut += dt.timedelta(days=8)  # the second Wednesday is the 11th, a holiday
    assert judge(voulu, conseillere).refus == []
    voulu.date_debut = dt.date(2026, 12, 9)
    assert "Médiathèque de La Flèche" in flat(judge(voulu, conseillere).refus)


def test_a_public_holiday_alone_is_refused_and_says_what_to_do(
    conseillere: Utilisateur, voulu: Creneau
) -> None:
    voulu.date_debut = dt.date(2026, 11, 11)
    refus = flat(judge(voulu, conseillere).refus)
    assert "Le 11 novembre 2026 est férié" in refus
    assert "Tenu les jours fériés" in refus
    voulu.feries = True
    constat = judge(voulu, conseillere)
    assert constat.refus == []
    assert "1 date tombe un jour férié, et le créneau a lieu" in flat(constat.avertissements)


def test_a_public_holiday_among_others_is_only_said(
    conseillere: Utilisateur, voulu: Creneau
) -> None:
    voulu.recurrence, voulu.date_fin = "FREQ=WEEKLY;BYDAY=WE", dt.date(2026, 11, 25)
    constat = judge(voulu, conseillere)
    assert flat(constat.faits) == (
        "1 date tombe un jour férié : pas de créneau ces jours-là (11 novembre 2026)."
    )
    assert flat([constat.resume]) == "5 dates d’ici au 25 novembre 2026."


def test_a_closed_lieu_and_an_absence_are_confirmed(
    conseillere: Utilisateur, poste_1: Poste, voulu: Creneau
) -> None:
    voulu.recurrence, voulu.date_fin = "FREQ=WEEKLY;BYDAY=TU", dt.date(2026, 11, 24)
    Fermeture.objects.create(
        code="F1", lieu=voulu.lieu, motif="fermeture_du_lieu",
        date_debut=dt.date(2026, 10, 26), date_fin=dt.date(2026, 11, 6),
    )  # fmt: skip
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller,
        date_debut="2026-11-16", date_fin="2026-11-20",
    )  # fmt: skip
    constat = judge(voulu, conseillere)
    assert constat.refus == []
    avis = flat(constat.avertissements)
    assert "2 dates tombent pendant une fermeture (fermeture du lieu) et seront annulées" in avis
    assert "1 date tombe pendant une absence déclarée : 17 novembre 2026" in avis
    assert flat([constat.resume]) == "6 dates d’ici au 24 novembre 2026, dont 3 annulées."


def test_a_lieu_that_is_not_open_any_more_is_refused(
    conseillere: Utilisateur, voulu: Creneau
) -> None:
    voulu.lieu.actif = False
    assert "n’est plus ouvert au programme" in flat(judge(voulu, conseillere).refus)


def test_a_rule_without_any_date_is_refused(conseillere: Utilisateur, voulu: Creneau) -> None:
    voulu.recurrence, voulu.date_fin = "FREQ=WEEKLY;BYDAY=SU", dt.date(2026, 10, 24)
    assert "aucune date" in flat(judge(voulu, conseillere).refus)


def test_the_same_is_said_while_typing(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau, voulu: Creneau
) -> None:
    client.force_login(conseillere)
    adresse = "/agenda/creneaux/verification/"
    reponses: dict[str, Any] = {
        "poste": voulu.poste_id, "lieu": voulu.lieu_id, "nature": "permanence", "acces": "libre",
        "rythme": "une_fois", "date_debut": "2026-10-20", "heure_debut": "11:00",
    }  # fmt: skip
    assert client.get(adresse, reponses).content.strip() == b""
    page = client.get(adresse, reponses | {"heure_fin": "13:00"}).content.decode()
    assert "Vous êtes déjà ailleurs" in page
    assert "<html" not in page
    correction = f"/agenda/creneaux/{creneau_brulon.pk}/correction/verification/"
    memes = reponses | {"heure_fin": "13:00", "rythme": "semaine"}
    assert "ailleurs" not in client.get(correction, memes).content.decode()


def test_a_period_cancelled_frees_its_hours(
    conseillere: Utilisateur, creneau_brulon: Creneau, voulu: Creneau
) -> None:
    cancel_periode(
        utilisateur=conseillere, cle=uuid.uuid4(), debut=MARDI, fin=MARDI,
        motif="remplacee", creneau=creneau_brulon,
    )  # fmt: skip
    assert judge(voulu, conseillere).refus == []


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_do_not_make_two_places_at_once(
    conseillere: Utilisateur,
    voulu: Creneau,
    mairie_brulon: LieuAccueil,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ensemble = threading.Barrier(2)

    def judge_together(*args: Any, **kwargs: Any) -> Consequences:
        """Both have judged before either writes, if nothing makes one of them wait."""
        constat = consequences_of(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            ensemble.wait(timeout=1)
        return constat

    def confirm(lieu: LieuAccueil) -> bool:
        champs = {n: getattr(voulu, n) for n in ("nature", "heure_debut", "heure_fin")}
        try:
            plan_creneau(
                utilisateur=conseillere, cle=uuid.uuid4(), poste=voulu.poste, lieu=lieu,
                date_debut=MARDI, **champs,
            )  # fmt: skip
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    monkeypatch.setattr("permanences.services.plan.consequences_of", judge_together)
    with ThreadPoolExecutor(2) as onglets:
        ecrits = list(onglets.map(confirm, [voulu.lieu, mairie_brulon]))
    assert sorted(ecrits) == [False, True]
    assert Creneau.objects.count() == 1


# --- Properties ----------------------------------------------------------------------------

heures = st.integers(0, 23 * 60).map(lambda m: dt.time(m // 60, m % 60))
durees = st.integers(1, 59)


def slot(debut: dt.time, minutes: int) -> Creneau:
    fin = min(debut.hour * 60 + debut.minute + minutes, 24 * 60 - 1)
    return Creneau(heure_debut=debut, heure_fin=dt.time(fin // 60, fin % 60))


@given(heures, durees, heures, durees)
def test_hours_meet_when_they_share_a_minute(
    a: dt.time, longueur_a: int, b: dt.time, longueur_b: int
) -> None:
    un, autre = slot(a, longueur_a), slot(b, longueur_b)
    minutes = [
        set(
            range(
                c.heure_debut.hour * 60 + c.heure_debut.minute,
                c.heure_fin.hour * 60 + c.heure_fin.minute,
            )
        )
        for c in (un, autre)
    ]
    assert overlap(un, autre) == overlap(autre, un) == bool(minutes[0] & minutes[1])


jours = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))


@given(
    jours,
    st.sampled_from([r for r, _ in RYTHMES]),
    st.lists(st.integers(0, 6), max_size=4),
    st.sampled_from([None, 1, 2, 3, 4, -1]),
)
def test_the_answers_make_a_rule_that_gives_the_answers_back(
    premier: dt.date, rythme: str, choisis: list[int], rang: int | None
) -> None:
    texte = regle_of(rythme, choisis, rang, premier)
    if texte:
        assert str(recurrence.parse_regle(texte)) == texte
    reponses = answers_of(Creneau(date_debut=premier, recurrence=texte))
    assert reponses["rythme"] == rythme
    relu = regle_of(rythme, [int(j) for j in reponses["jours"]], reponses["rang"], premier)
    assert relu == texte


@given(jours, st.sampled_from([r for r, _ in RYTHMES]))
def test_without_a_day_the_first_date_is_a_date_of_the_rule(premier: dt.date, rythme: str) -> None:
    creneau = Creneau(date_debut=premier, recurrence=regle_of(rythme, [], None, premier))
    assert first_date_from(creneau, premier) == premier


@given(jours, st.integers(1, 6), st.lists(st.sampled_from([-2, -1, 1, 2, 3, 4, 5]), min_size=1))
def test_a_rule_outside_the_form_is_never_said_otherwise(
    premier: dt.date, intervalle: int, rangs: list[int]
) -> None:
    regle = recurrence.Regle("MONTHLY", intervalle, tuple((r, 1) for r in sorted(set(rangs))))
    creneau = Creneau(date_debut=premier, recurrence=str(regle))
    reponses = answers_of(creneau)
    if reponses["rythme"] == TEL_QUEL:
        return
    assert reponses["rythme"] == MOIS
    relu = regle_of(MOIS, [int(j) for j in reponses["jours"]], reponses["rang"], premier)
    assert relu == creneau.recurrence
