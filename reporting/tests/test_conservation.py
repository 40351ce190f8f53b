"""What was kept its time is erased; no figure, no report, no proof changes."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.tests.test_oubli_des_candidats import everything
from conftest import close_mois_brut, make_seance, make_utilisateur
from conseillers.conservation import REGLES, il_y_a
from conseillers.enums import Role
from conseillers.models import (
    Affectation,
    Candidature,
    Conseiller,
    Convention,
    Courriel,
    EvenementSecurite,
    ExportListe,
    PassageConservation,
    Utilisateur,
)
from permanences.models import Creneau, LieuAccueil, Relance, Seance
from permanences.services import forget_agent
from reporting.selectors import donnees_du_mois
from reporting.selectors.personne import personal_data, personne_of
from reporting.services import apply_conservation, conservation
from reporting.tasks import apply_conservation as chaque_nuit
from territoires.enums import Porte
from territoires.journal import entree
from territoires.models import Evenement

pytestmark = pytest.mark.django_db
AUJOURD_HUI = timezone.localdate()
VIEUX = il_y_a(61, AUJOURD_HUI).replace(day=2)


def run(code: str, **options: Any) -> int:
    with entree(Porte.TACHE, "conservation"):
        [effet] = apply_conservation(jour=timezone.localdate(), codes=[code], **options)
    assert not effet.echec
    return effet.lignes


def figures(jour: dt.date) -> Any:
    return donnees_du_mois(jour.replace(day=1), etabli_le=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def close_account(compte: Utilisateur, jour: dt.date) -> None:
    Utilisateur.objects.filter(pk=compte.pk).update(
        actif_jusqu_au=jour, cree_le=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    )


def age_the_journal(**filtre: Any) -> None:
    """As if it had been written long ago: what only the database's owner can do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE territoires_evenement DISABLE TRIGGER USER")
        Evenement.objects.filter(**filtre).update(le=timezone.now() - dt.timedelta(days=61 * 31))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE territoires_evenement ENABLE TRIGGER USER")


def leave(conseillere: Utilisateur, fin: dt.date) -> None:
    Affectation.objects.filter(conseiller__utilisateur=conseillere).update(
        date_debut=fin - dt.timedelta(days=200), date_fin=fin
    )


# --- Accounts -------------------------------------------------------------------------------


def test_an_account_closed_for_a_year_becomes_a_number(
    employeur: Utilisateur, client: Client
) -> None:
    client.force_login(employeur)
    close_account(employeur, il_y_a(13, AUJOURD_HUI))
    Utilisateur.objects.filter(pk=employeur.pk).update(last_login=None)
    assert run("comptes", simulation=True) == 1
    employeur.refresh_from_db()
    assert employeur.nom == "Employeur" and not employeur.anonymise_le
    assert run("comptes") == 1
    employeur.refresh_from_db()
    assert str(employeur) == f"Compte anonymisé n° {employeur.pk}"
    assert not employeur.is_active and not employeur.has_usable_password()
    assert employeur.structure_id
    # Nowhere else, the journal included.
    assert [nom for nom, texte in everything().items() if "marc.employeur" in texte] == []
    assert run("comptes") == 0
    assert client.get("/compte/").status_code == 302


def test_what_other_libraries_keep_of_an_account_goes_with_it(employeur: Utilisateur) -> None:
    Authenticator.objects.create(user=employeur, type="totp", data={"secret": "abc"})
    [table] = [
        t for t in personal_data(personne_of(compte=employeur)) if t.code == "authenticator-user"
    ]
    assert "data" not in table.lignes[0]
    forget_agent(compte=employeur, conseiller=None)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("mois", [0, 11])
def test_an_account_closed_lately_or_open_keeps_its_name(employeur: Utilisateur, mois: int) -> None:
    if mois:
        close_account(employeur, il_y_a(mois, AUJOURD_HUI))
    assert run("comptes") == 0


def test_the_day_it_was_disabled_is_read_in_the_journal(employeur: Utilisateur) -> None:
    Utilisateur.objects.update(cree_le=dt.datetime(2015, 1, 1, tzinfo=dt.UTC))
    employeur.refresh_from_db()
    employeur.is_active = False
    employeur.save()
    assert run("comptes") == 0, "disabled today"
    age_the_journal(modele="conseillers.utilisateur")
    assert run("comptes") == 1


def test_the_last_gestionnaire_never_becomes_a_number(gestionnaire: Utilisateur) -> None:
    with pytest.raises(ValidationError, match="dernier compte de gestionnaire"):
        forget_agent(compte=gestionnaire, conseiller=None)
    gestionnaire.refresh_from_db()
    assert gestionnaire.nom == "Gestion"


def test_an_anonymous_account_is_never_opened_again(employeur: Utilisateur) -> None:
    close_account(employeur, il_y_a(13, AUJOURD_HUI))
    run("comptes")
    with pytest.raises(IntegrityError, match="ne_s_ouvre_plus"), transaction.atomic():
        Utilisateur.objects.filter(pk=employeur.pk).update(is_active=True)


# --- Advisors -------------------------------------------------------------------------------


def test_an_advisor_gone_for_five_years_becomes_a_number_everywhere(
    conseillere: Utilisateur, poste_1: Any
) -> None:
    conseiller = conseillere.conseiller
    Candidature.objects.create(
        courriel=conseiller.courriel, prenom="Nadia", nom="Brulon", recue_le=VIEUX,
        etat="recrutee", etat_le=VIEUX, poste=poste_1,
    )  # fmt: skip
    Relance.objects.create(
        mois=VIEUX.replace(day=1), poste=poste_1, courriel=conseiller.courriel,
        public="conseiller", jour=VIEUX,
    )  # fmt: skip
    leave(conseillere, il_y_a(59, AUJOURD_HUI))
    assert run("conseillers") == 0
    leave(conseillere, il_y_a(61, AUJOURD_HUI))
    assert run("conseillers", simulation=True) == 1
    assert run("conseillers") == 1
    conseiller.refresh_from_db()
    assert str(conseiller) == f"Conseiller anonymisé n° {conseiller.pk}"
    assert Affectation.objects.filter(conseiller=conseiller).exists()
    ou = [nom for nom, texte in everything().items() if "nadia" in texte]
    assert ou == []
    assert run("conseillers") == 0


# --- Who held a séance ----------------------------------------------------------------------


@pytest.fixture
def vieille(conseillere: Utilisateur, mairie_brulon: LieuAccueil) -> Seance:
    """Of a month closed long ago, typed by its author's account."""
    leave(conseillere, VIEUX + dt.timedelta(days=20))
    with entree(Porte.FORMULAIRE, "seance", str(conseillere.pk)):
        seance = make_seance(conseillere, mairie_brulon, VIEUX)
    close_mois_brut(VIEUX.replace(day=1))
    age_the_journal(modele="permanences.seance")
    return seance


def test_an_old_seance_keeps_its_poste_and_loses_its_author(
    vieille: Seance, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    recente = il_y_a(1, AUJOURD_HUI)
    leave(conseillere, AUJOURD_HUI)
    make_seance(conseillere, mairie_brulon, recente)
    assert run("seances", simulation=True) == 1
    avant = figures(vieille.date)
    assert run("seances") == 1
    vieille.refresh_from_db()
    assert vieille.auteur is None and vieille.poste.numero == 1
    assert Seance.objects.get(date=recente).auteur is not None
    assert figures(vieille.date) == avant
    evenements = Evenement.objects.filter(modele="permanences.seance", objet=str(vieille.pk))
    assert not evenements.filter(utilisateur_id=conseillere.pk).exists()
    assert str(vieille.auteur_id) not in str(list(evenements.values_list("valeurs", flat=True)))
    assert run("seances") == 0


def test_a_seance_of_a_convention_under_control_keeps_its_author(
    vieille: Seance, poste_1: Any
) -> None:
    convention = Convention.objects.create(
        reference="V1-1", structure=poste_1.structure, phase="V1",
        date_debut=VIEUX - dt.timedelta(days=30), date_fin=il_y_a(12, AUJOURD_HUI),
    )  # fmt: skip
    convention.lignes.create(poste=poste_1, date_effet=convention.date_debut, montant=1)
    assert run("seances") == 0


def test_a_closed_month_lets_go_of_the_author_and_of_nothing_else(vieille: Seance) -> None:
    for champs in ({"duree": 31}, {"auteur": None, "duree": 31}):
        with pytest.raises((InternalError, IntegrityError), match="clos"), transaction.atomic():
            Seance.objects.filter(pk=vieille.pk).update(**champs)


# --- Messages, reminders, traces --------------------------------------------------------------


def old_message(nature: str, **champs: Any) -> Courriel:
    return Courriel.objects.create(
        nature=nature, destinataire="zoe@exemple.fr", objet="Objet", gabarit="g", texte="Texte",
        cree_le=timezone.now() - dt.timedelta(days=400), **champs,
    )  # fmt: skip


def test_old_messages_lose_their_text_and_transmissions_keep_theirs() -> None:
    envoye = {"statut": "envoye", "envoye_le": timezone.now()}
    rappel, echec = old_message("rappel", **envoye), old_message("rappel", statut="a_envoyer")
    preuve = old_message("transmission", **envoye)
    assert run("courriels", simulation=True) == 2
    assert run("courriels") == 2 and run("courriels") == 0
    for message in (rappel, echec, preuve):
        message.refresh_from_db()
    assert (rappel.destinataire, rappel.texte, rappel.statut) == ("(effacé)", "", "envoye")
    assert echec.statut == "echec" and not echec.peut_repartir
    assert preuve.texte == "Texte"


def test_old_reminders_lose_their_address(poste_1: Any) -> None:
    for adresse in ("zoe@exemple.fr", "zita@exemple.fr"):
        Relance.objects.create(
            mois=VIEUX.replace(day=1), poste=poste_1, courriel=adresse, public="conseiller",
            jour=VIEUX,
        )  # fmt: skip
    assert run("relances") == 2 and run("relances") == 0
    assert [nom for nom, texte in everything().items() if "exemple.fr" in texte] == []


def test_traces_of_use_go_after_a_year_and_no_other_event_does(
    gestionnaire: Utilisateur, poste_1: Any
) -> None:
    export = {"liste": "conseillers.poste", "format": "csv", "lignes": 1, "nom_fichier": "p.csv"}
    for le in (timezone.now(), timezone.now() - dt.timedelta(days=400)):
        ExportListe.objects.create(utilisateur=gestionnaire, le=le, **export)
    age_the_journal()
    assert run("exports", simulation=True) == 3
    assert run("exports") == 3
    assert ExportListe.objects.count() == 1
    assert Evenement.objects.filter(modele="conseillers.poste").exists()
    with pytest.raises((InternalError, IntegrityError), match="journal"), transaction.atomic():
        Evenement.objects.filter(modele="conseillers.poste").delete()


def test_the_journal_of_security_goes_after_a_year() -> None:
    for age in (400, 300):
        le = timezone.now() - dt.timedelta(days=age)
        EvenementSecurite.objects.create(genre="connexion", le=le)
    assert run("securite", simulation=True) == 1
    assert run("securite") == 1 and run("securite") == 0
    genres = set(EvenementSecurite.objects.values_list("genre", flat=True))
    assert genres == {"connexion", "purge"}


def test_the_journal_masks_an_identity_and_refuses_any_other_change(
    employeur: Utilisateur, poste_1: Any
) -> None:
    siens = Evenement.objects.filter(modele="conseillers.utilisateur", objet=str(employeur.pk))
    for changement in ({"valeurs": {}}, {"porte": "api"}, {"utilisateur_id": 1}):
        with pytest.raises((InternalError, IntegrityError), match="journal"), transaction.atomic():
            siens.update(**changement)
    autres = Evenement.objects.filter(modele="conseillers.structure")
    with pytest.raises((InternalError, IntegrityError), match="journal"), transaction.atomic():
        autres.mask_identities()
    assert siens.mask_identities() == 1 and siens.mask_identities() == 0
    [evenement] = siens
    assert evenement.valeurs["courriel"] == "•••" and evenement.valeurs["role"] == "employeur"


def test_ended_sessions_go() -> None:
    for cle, heures in (("a", -1), ("b", 1)):
        Session.objects.create(
            session_key=cle,
            session_data="",
            expire_date=timezone.now() + dt.timedelta(hours=heures),
        )
    assert run("sessions") == 1 and Session.objects.get().session_key == "b"


# --- The whole ------------------------------------------------------------------------------


def test_the_figures_of_a_closed_month_are_the_same_after_every_rule(
    vieille: Seance, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    leave(conseillere, VIEUX + dt.timedelta(days=1))
    close_account(conseillere, VIEUX)
    avant = figures(vieille.date)
    effets = apply_conservation(jour=AUJOURD_HUI)
    assert {e.regle.code for e in effets if e.lignes} >= {"comptes", "seances", "conseillers"}
    assert not [e for e in effets if e.echec]
    assert figures(vieille.date) == avant


def test_every_automatic_rule_has_its_service_and_reports_have_none() -> None:
    assert {r.code for r in REGLES if r.automatique} == set(conservation.APPLICATIONS)
    assert "rapports" not in conservation.APPLICATIONS


def test_a_rule_that_fails_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, employeur: Utilisateur
) -> None:
    def broken(**_: Any) -> int:
        raise ValueError

    monkeypatch.setitem(conservation.APPLICATIONS, "candidatures", broken)
    close_account(employeur, il_y_a(13, AUJOURD_HUI))
    effets = {e.regle.code: e for e in apply_conservation(jour=AUJOURD_HUI)}
    assert effets["candidatures"].echec == "ValueError" and effets["comptes"].lignes == 1
    with pytest.raises(CommandError, match="candidatures"):
        call_command("apply_conservation", stdout=io.StringIO())


def test_the_command_says_what_it_would_do_and_writes_nothing(employeur: Utilisateur) -> None:
    close_account(employeur, il_y_a(13, AUJOURD_HUI))
    avant = Evenement.objects.count()
    sortie = io.StringIO()
    call_command("apply_conservation", "comptes", "--simulation", stdout=sortie)
    assert sortie.getvalue().replace("\u202f", " ").replace("\xa0", " ") == (
        "comptes : 1 ligne à effacer (comptes fermés)\nSimulation : rien n’a été écrit.\n"
    )
    assert Evenement.objects.count() == avant and not PassageConservation.objects.exists()


def test_every_night_notes_what_it_did_and_by_which_door(employeur: Utilisateur) -> None:
    close_account(employeur, il_y_a(13, AUJOURD_HUI))
    chaque_nuit()
    passage = PassageConservation.objects.get(regle="comptes")
    assert (passage.lignes, passage.total) == (1, 1)
    chaque_nuit()
    passage.refresh_from_db()
    assert (passage.lignes, passage.total) == (1, 1) and passage.passe_le > passage.agi_le
    evenement = Evenement.objects.filter(modele="conseillers.utilisateur").latest("pk")
    assert evenement.porte == Porte.TACHE and "apply_conservation" in evenement.origine


def test_the_page_shows_each_rule_its_next_effect_and_its_last_run(
    client: Client, gestionnaire: Utilisateur, employeur: Utilisateur
) -> None:
    close_account(employeur, il_y_a(13, AUJOURD_HUI))
    client.force_login(gestionnaire)
    page = client.get(reverse("admin:reporting_conservation")).content.decode()
    for regle in REGLES:
        assert regle.quoi.replace("'", "&#x27;") in page
    assert "1 ligne" in page and "Pas encore" in page and "Jamais seul" in page
    chaque_nuit()
    assert "1 ligne, le" in client.get(reverse("admin:reporting_conservation")).content.decode()


def test_the_same_day_so_many_months_before() -> None:
    assert il_y_a(12, dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)
    assert il_y_a(2, dt.date(2026, 1, 31)) == dt.date(2025, 11, 30)
    assert il_y_a(60, dt.date(2026, 12, 1)) == dt.date(2021, 12, 1)


def test_an_unused_account_of_a_stranger_is_left_alone(db: None) -> None:
    make_utilisateur(Role.DIRECTION, "Paul", "Direction")
    assert run("comptes") == 0 and Conseiller.objects.count() == 0
