"""An advisor without network: nothing typed is lost, nothing is sent twice, nobody else sees it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from conftest import MOT_DE_PASSE
from conseillers.models import Affectation, Utilisateur
from permanences.models import Creneau, Mois, Seance
from permanences.tests.reseau import BON, COUPE, DOUBLE, LENT, PERDU, PORTAIL, Reseau
from permanences.tests.telephone import Telephone, fill, save, send_now, touch
from permanences.views import hors_ligne

pytestmark = pytest.mark.navigateur

SANS_INDEXEDDB = """Object.defineProperty(window, 'indexedDB', {
    value: {open() { throw new DOMException('', 'SecurityError'); }},
})"""


def test_twenty_seances_cross_every_failure_once_each(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    for n in range(1, 8):
        fill(page, personnes=n)
        save(page)
    page.reload()
    page = installe.restart()
    for n in range(8, 11):
        fill(page, personnes=n)
        save(page)
    assert len(installe.rows()) == 10
    for n, panne in enumerate([500, 503, PORTAIL, PERDU, COUPE], start=11):
        reseau.etat = panne
        fill(page, personnes=n)
        save(page)
    page = installe.restart()
    page.goto("/aujourdhui/")
    expect(page.get_by_text("saisies attendent sur ce téléphone")).to_be_visible()
    for n, etat in enumerate([LENT, DOUBLE, DOUBLE, BON, BON], start=16):
        reseau.etat = etat
        fill(page, personnes=n)
        save(page)
    send_now(page)
    installe.wait_until_empty()
    seances = Seance.objects.values_list("nb_participants", "creneau", "duree")
    assert sorted(seances) == [(n, creneau_du_jour.pk, 30) for n in range(1, 21)]
    page.goto("/aujourdhui/")
    expect(page.locator("[data-file-bandeau]")).to_be_hidden()
    # What was received late or lost on the way was really sent more than once.
    assert reseau.posts > 20


def test_the_days_to_come_open_without_network(installe: Telephone, reseau: Reseau) -> None:
    page = installe.page
    reseau.etat = COUPE
    demain = timezone.localdate() + dt.timedelta(days=1)
    prochain_lundi = timezone.localdate() + dt.timedelta(days=7 - timezone.localdate().weekday())
    for adresse, titre in (
        ("/aujourdhui/", "Aujourd’hui"),
        (f"/aujourdhui/{demain}/", str(demain.day)),
        ("/seances/nouvelle/", "Nouvelle séance"),
        ("/seances/", "Mes séances"),
        ("/mon-mois/", "Mon mois"),
        ("/agenda/", "Semaine du"),
        (f"/agenda/semaine/{prochain_lundi}/", f"Semaine du {prochain_lundi.day}"),
        ("/envois/", "Mes envois"),
    ):
        page.goto(adresse)
        expect(page.get_by_role("heading", level=1)).to_contain_text(titre)
    page.goto(f"/aujourdhui/{demain}/")
    expect(page.get_by_role("link", name=re.compile("Saisir une séance : Mairie"))).to_be_visible()
    page.goto("/compte/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de réseau")


def test_on_monday_morning_the_agenda_is_the_week_that_was_next(
    installe: Telephone, reseau: Reseau
) -> None:
    lundi = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
    # What was kept the week before, when this week was « the next ».
    installe.page.evaluate(
        """async ([avant]) => {
            const cache = await caches.open("pages");
            const page = await cache.match("/agenda/");
            const headers = new Headers(page.headers);
            headers.set("X-Jour", avant);
            await cache.put("/agenda/", new Response("<h1>La semaine passée</h1>", { headers }));
        }""",
        [str(lundi - dt.timedelta(days=3))],
    )
    reseau.etat = COUPE
    installe.page.goto("/agenda/")
    expect(installe.page.get_by_role("heading", level=1)).to_contain_text("Semaine du")


def test_an_act_on_a_creneau_waits_too(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    page.goto("/aujourdhui/")
    with page.expect_navigation():
        page.get_by_role("button", name="Tenue sans visite").click()
    expect(page.get_by_text("Pas encore envoyées")).to_be_visible()
    reseau.etat = BON
    send_now(page)
    installe.wait_until_empty()
    assert creneau_du_jour.occurrences.get().statut == "tenue"


def test_a_month_closed_meanwhile_makes_it_late_and_says_so(
    installe: Telephone, reseau: Reseau, gestionnaire: Utilisateur
) -> None:
    page = installe.page
    reseau.etat = COUPE
    fill(page)
    save(page)
    premier = timezone.localdate().replace(day=1)
    Mois.objects.create(premier_jour=premier, statut="clos", version=1, clos_le=timezone.now())
    reseau.etat = BON
    send_now(page)
    installe.wait_until_empty()
    assert Seance.objects.get().hors_delai
    page.goto("/envois/")
    expect(page.get_by_text("Séance gardée « hors délai »")).to_be_visible()


def test_a_day_without_poste_is_kept_aside_and_says_so(installe: Telephone, reseau: Reseau) -> None:
    page = installe.page
    reseau.etat = COUPE
    fill(page)
    save(page)
    hier = timezone.localdate() - dt.timedelta(days=1)
    Affectation.objects.update(date_fin=hier)
    reseau.etat = BON
    send_now(page)
    installe.wait_until_empty()
    assert Seance.objects.get().en_attente
    page.goto("/envois/")
    expect(page.get_by_text("en attente de rattachement")).to_be_visible()


def test_what_the_server_refuses_stays_and_can_be_corrected(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    fill(page, personnes=3)
    page.get_by_text("Où et quand").click()
    touch(page, "Atelier")
    page.get_by_text("Précisions").click()
    page.get_by_label("Titre de l’atelier").fill("Appeler le 06 12 34 56 78")
    save(page)
    fill(page, personnes=4)
    save(page)
    reseau.etat = BON
    send_now(page)
    # The good one behind it is not held back.
    page.wait_for_function(
        "() => document.querySelector('[data-file-bandeau]').innerText.includes('refusée')"
    )
    assert [s.nb_participants for s in Seance.objects.all()] == [4]
    installe.restart()
    page = installe.page
    page.goto("/envois/")
    expect(page.get_by_text("ressemble à un numéro de téléphone")).to_be_visible()
    page.get_by_role("link", name="Corriger").click()
    expect(page.get_by_role("alert")).to_contain_text("ressemble à un numéro")
    expect(page.get_by_label("Nombre de personnes")).to_have_value("3")
    page.get_by_label("Titre de l’atelier").fill("Le téléphone")
    save(page)
    installe.wait_until_empty()
    assert set(Seance.objects.values_list("nb_participants", "titre")) == {
        (3, "Le téléphone"),
        (4, ""),
    }


def test_what_has_left_is_no_longer_corrected_on_the_phone(
    installe: Telephone, reseau: Reseau
) -> None:
    page = installe.page
    fill(page, personnes=2)
    reseau.etat = PERDU
    save(page)
    expect(page.get_by_text("elle partira toute seule")).to_be_visible()
    page.goto("/envois/")
    expect(page.get_by_text("À envoyer", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Corriger")).to_have_count(0)
    expect(page.get_by_role("button", name="Jeter")).to_have_count(0)
    # Even by its address: the service holds it, a change here would be lost without a word.
    page.goto(f"/seances/nouvelle/?reprise={installe.rows()[0]['cle']}")
    page.get_by_label("Nombre de personnes").fill("5")
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_text("Cette saisie est déjà partie")).to_be_visible()
    reseau.etat = BON
    send_now(page)
    installe.wait_until_empty()
    assert Seance.objects.get().nb_participants == 2


def test_two_tabs_send_each_entry_once(installe: Telephone, reseau: Reseau) -> None:
    page = installe.page
    reseau.etat = COUPE
    for n in (1, 2, 3):
        fill(page, personnes=n)
        save(page)
    autre = installe.context.new_page()
    autre.goto("/aujourdhui/")
    reseau.etat = LENT
    send_now(page)
    send_now(autre)
    installe.wait_until_empty()
    assert Seance.objects.count() == 3
    assert reseau.posts == 3


def test_another_account_neither_sees_nor_sends_what_waits(
    installe: Telephone, reseau: Reseau, conseillere: Utilisateur, conseiller_voisin: Utilisateur
) -> None:
    page = installe.page
    reseau.etat = COUPE
    fill(page)
    save(page)
    reseau.etat = BON
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    installe.sign_in_by_hand(conseiller_voisin)
    send_now(page)
    page.goto("/envois/")
    expect(page.get_by_text("Rien n’attend sur ce téléphone.")).to_be_visible()
    assert "Brûlon" not in page.content()
    assert Seance.objects.count() == 0
    # His pages, not hers, open without network.
    installe.install()
    reseau.etat = COUPE
    for adresse in ("/aujourdhui/", "/seances/", "/envois/", "/compte/"):
        page.goto(adresse)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert not re.search("Brûlon|Brulon|Nadia", page.content())
    reseau.etat = BON
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    installe.sign_in_by_hand(conseillere)
    installe.wait_until_empty()
    assert Seance.objects.get().auteur.utilisateur == conseillere


def test_a_session_that_ended_keeps_everything_until_the_next_sign_in(
    installe: Telephone, reseau: Reseau, conseillere: Utilisateur
) -> None:
    page = installe.page
    fill(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    save(page)
    expect(page.get_by_text("Votre session est terminée")).to_be_visible()
    assert Seance.objects.count() == 0
    page.get_by_role("link", name="Se reconnecter").click()
    page.get_by_label("Courriel").fill(conseillere.courriel)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes envois")
    installe.wait_until_empty()
    assert Seance.objects.get().duree == 30
    # Signing in took the pages away: they are kept again the same day.
    installe.install()


def test_an_update_of_the_application_keeps_the_queue(
    installe: Telephone, reseau: Reseau, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = installe.page
    reseau.etat = COUPE
    fill(page)
    save(page)
    reseau.etat = 503
    page.evaluate(
        """async () => (await caches.open('pages')).put(
            '/mon-mois/', new Response('faite pour la version d’avant'))"""
    )
    monkeypatch.setattr(hors_ligne, "_version", lambda: "suivante")
    reseau.etat = BON
    # The next version takes the phone over before anything is sent.
    page.evaluate(
        """async () => {
            const inscription = await navigator.serviceWorker.getRegistration();
            await inscription.update();
        }"""
    )
    # The page that is told of the update is left at once.
    installe.until("async () => (await caches.keys()).includes('statique-suivante')")
    page.goto("/aujourdhui/")
    installe.wait_until_empty()
    assert Seance.objects.count() == 1
    installe.wait_until_updated()
    # The kept pages ask for the files of the new version, not of one soon forgotten.
    installe.until(
        "async () => !(await (await caches.match('/mon-mois/')).text()).includes('d’avant')"
    )


def test_the_browser_sends_in_the_background(installe: Telephone, reseau: Reseau) -> None:
    """Background Sync: the page is closed, the service worker sends."""
    page = installe.page
    reseau.etat = COUPE
    fill(page)
    save(page)
    vide = installe.context.new_page()
    session = vide.context.new_cdp_session(vide)
    versions: list[dict[str, Any]] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated", lambda e: versions.extend(e["registrations"])
    )
    session.send("ServiceWorker.enable")
    page.close()
    reseau.etat = BON
    vide.wait_for_timeout(300)
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": reseau.adresse,
            "registrationId": versions[0]["registrationId"],
            "tag": "envois",
            "lastChance": False,
        },
    )
    for _ in range(50):
        if Seance.objects.exists():
            break
        vide.wait_for_timeout(100)
    assert Seance.objects.count() == 1


@pytest.mark.parametrize(
    ("script", "phrase"),
    [
        (
            SANS_INDEXEDDB,
            "Cette fenêtre ne garde rien sur le téléphone",
        ),
        (
            "navigator.storage.estimate = async () => ({quota: 5000000, usage: 4500000})",
            "Ce téléphone n’a presque plus de place",
        ),
    ],
)
def test_a_phone_that_cannot_keep_says_so_before_anything_is_typed(
    telephone: Telephone,
    conseillere: Utilisateur,
    creneau_du_jour: Creneau,
    script: str,
    phrase: str,
) -> None:
    telephone.sign_in(conseillere)
    telephone.context.add_init_script(script)
    page = telephone.page
    page.goto("/seances/nouvelle/")
    expect(page.get_by_text(phrase)).to_be_visible()
    touch(page, "30 min")
    touch(page, "E-mail")
    page.get_by_role("button", name="Enregistrer la séance").click()
    # Posted as any form: the server answers at once.
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    assert Seance.objects.count() == 1
