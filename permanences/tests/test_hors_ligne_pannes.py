"""The phone's queue against what goes wrong: answers, browsers, storage, clock, stale pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from conseillers.models import Affectation, Utilisateur
from permanences.models import Creneau, Occurrence, Seance
from permanences.tests.reseau import BON, COUPE, TRONQUE, Reseau
from permanences.tests.telephone import Telephone, fill, save, send_now

pytestmark = pytest.mark.navigateur

# Safari 15: neither locks, nor channels, nor the later arguments of forms and signals.
ANCIEN = """(() => {
    delete Navigator.prototype.locks;
    for (const nom of ['BroadcastChannel', 'SyncManager']) delete window[nom];
    delete AbortSignal.timeout;
    delete HTMLFormElement.prototype.requestSubmit;
    delete Crypto.prototype.randomUUID;
    delete StorageManager.prototype.estimate;
    const Donnees = window.FormData;
    window.FormData = class extends Donnees { constructor(formulaire) { super(formulaire); } };
    Object.defineProperty(SubmitEvent.prototype, 'submitter', { get: () => undefined });
})()"""
ATTENTE = "() => FileEnvois.attente(document.documentElement.dataset.compte)"
MUET = "IDBFactory.prototype.open = () => new EventTarget();"
PLEIN = """IDBObjectStore.prototype.put = ((mettre) => function (...a) {
    if (window.plein) throw new DOMException('', 'QuotaExceededError');
    return mettre.apply(this, a);
})(IDBObjectStore.prototype.put);"""


def test_no_answer_of_the_way_is_taken_for_the_service(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    for n, panne in enumerate((301, 400, 403, 404, 413, 429, TRONQUE), start=1):
        reseau.pannes = {"nb_participants=7": panne}
        if n == 1:
            reseau.etat = COUPE
            fill(page, personnes=7)
            save(page)
            reseau.etat = BON
        page.goto("/envois/")
        send_now(page)
        installe.until(f"() => ({ATTENTE})().then(t => t[0].essais >= {n})")
        assert installe.rows()[0]["etat"] == "a_envoyer"
    # One that never passes does not hold the others for ever.
    reseau.pannes = {"nb_participants=7": 413}
    fill(page, personnes=8)
    save(page)
    send_now(page)
    installe.until(f"() => ({ATTENTE})().then(t => t.length === 1)")
    reseau.pannes = {}
    send_now(page)
    installe.wait_until_empty()
    assert sorted(Seance.objects.values_list("nb_participants", flat=True)) == [7, 8]


def test_what_the_service_no_longer_knows_is_refused_and_holds_nothing_back(
    installe: Telephone, reseau: Reseau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    page.goto("/aujourdhui/")
    with page.expect_navigation():
        page.get_by_role("button", name="Tenue sans visite").click()
    expect(page.get_by_text("Pas encore envoyées")).to_be_visible()
    fill(page, personnes=2)
    save(page)
    hier = timezone.localdate() - dt.timedelta(days=1)
    Affectation.objects.update(date_fin=hier)
    reseau.etat = BON
    send_now(page)
    installe.until(f"() => ({ATTENTE})().then(t => t.length === 1 && t[0].etat === 'refusee')")
    assert Seance.objects.get().nb_participants == 2
    page.goto("/envois/")
    expect(page.get_by_text("n’est plus celui de votre poste")).to_be_visible()
    page.on("dialog", lambda d: d.accept())
    page.get_by_role("button", name="Jeter").click()
    installe.wait_until_empty()


def test_a_tile_touched_while_the_phone_tries_its_storage_is_kept(
    installe: Telephone, reseau: Reseau
) -> None:
    page = installe.page
    page.add_init_script(
        """const estimer = navigator.storage.estimate.bind(navigator.storage);
        navigator.storage.estimate = () => new Promise((tenir) => {
            setTimeout(() => { self.estimee = true; estimer().then(tenir); }, 2000);
        });"""
    )
    reseau.etat = COUPE
    fill(page, personnes=2)
    installe.until("() => self.estimee")
    page.wait_for_timeout(200)
    save(page)
    assert len(installe.rows()) == 1


def test_what_was_received_is_not_sent_again_from_a_stale_page(
    installe: Telephone, reseau: Reseau
) -> None:
    page = installe.page
    fill(page, personnes=2)
    save(page)
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    cle = Seance.objects.get().cle
    page.goto(f"/seances/nouvelle/?reprise={cle}")
    expect(page.get_by_text("Le service l’a déjà reçue")).to_be_visible()
    page.get_by_label("Nombre de personnes").fill("5")
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_text("Cette saisie est déjà partie")).to_be_visible()
    assert installe.rows() == []


def test_an_old_browser_does_all_of_it(
    telephone: Telephone, reseau: Reseau, conseillere: Utilisateur, creneau_du_jour: Creneau
) -> None:
    telephone.context.add_init_script(ANCIEN)
    telephone.sign_in(conseillere)
    telephone.install()
    page = telephone.page
    reseau.etat = COUPE
    page.goto("/aujourdhui/")
    page.get_by_text("Annuler ce créneau").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Intempéries").click()
    expect(page.get_by_text("Pas encore envoyées")).to_be_visible()
    fill(page, personnes=3)
    save(page)
    reseau.etat = BON
    send_now(page)
    telephone.wait_until_empty()
    assert Occurrence.objects.get().motif == "intemperies"
    assert Seance.objects.get().nb_participants == 3
    page.goto("/compte/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Connexion")


def test_a_late_refusal_does_not_undo_a_correction(installe: Telephone, reseau: Reseau) -> None:
    """Without locks, two tabs may send the same entry; the later answer speaks of what it sent."""
    # The phone would send by itself too, with a fetch that the page below cannot play.
    installe.context.add_init_script("SyncManager.prototype.register = async () => {}")
    page = installe.page
    reseau.etat = COUPE
    fill(page, personnes=2)
    save(page)
    # In its place before the network is back: the page sends by itself as soon as it is.
    page.evaluate(
        """async () => {
            const compte = document.documentElement.dataset.compte;
            const [entree] = await FileEnvois.attente(compte);
            const vrai = window.fetch;
            window.fetch = async (adresse, options = {}) => {
                if (options.method !== 'POST') return vrai(adresse, options);
                // Meanwhile the other tab was refused, and the advisor corrected.
                const base = await new Promise((t) => {
                    const d = indexedDB.open('envois'); d.onsuccess = () => t(d.result);
                });
                const m = base.transaction('attente', 'readwrite').objectStore('attente');
                const corps = entree.corps.replace('nb_participants=2', 'nb_participants=4');
                await new Promise((t) => {
                    m.put({...entree, corps, essais: 0}).onsuccess = t;
                });
                base.close();
                window.fetch = vrai;
                const refus = JSON.stringify({erreurs: [{champ: '', messages: ['Non.']}]});
                return new Response(refus, {status: 422, headers: {'X-Envoi': '1'}});
            };
        }"""
    )
    reseau.etat = BON
    page.evaluate("() => FileEnvois.envoyerTout()")
    send_now(page)
    installe.wait_until_empty()
    assert Seance.objects.get().nb_participants == 4


def test_a_later_database_still_takes_what_an_older_page_gives(
    installe: Telephone, reseau: Reseau
) -> None:
    page = installe.page
    fill(page, personnes=2)
    page.evaluate(
        """() => new Promise((tenir) => {
            const demande = indexedDB.open('envois', 2);
            demande.onupgradeneeded = () => demande.result.createObjectStore('plus_tard');
            demande.onsuccess = () => { demande.result.close(); tenir(); };
        })"""
    )
    reseau.etat = COUPE
    save(page)
    assert len(installe.rows()) == 1
    reseau.etat = BON
    send_now(page)
    installe.wait_until_empty()
    assert Seance.objects.count() == 1


def test_a_database_that_never_answers_blocks_nothing(
    telephone: Telephone, conseillere: Utilisateur, creneau_du_jour: Creneau
) -> None:
    telephone.sign_in(conseillere)
    telephone.context.add_init_script(MUET)
    page = telephone.page
    fill(page)
    expect(page.get_by_text("Cette fenêtre ne garde rien")).to_be_visible()
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    page.goto("/compte/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Connexion")


def test_room_that_ends_while_saving_without_network_loses_nothing(
    installe: Telephone, reseau: Reseau
) -> None:
    installe.context.add_init_script(PLEIN)
    page = installe.page
    fill(page, personnes=6)
    page.evaluate("window.plein = true")
    reseau.etat = COUPE
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_text("Rien n’est enregistré")).to_be_visible()
    expect(page.get_by_label("Nombre de personnes")).to_have_value("6")
    reseau.etat = BON
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    assert Seance.objects.get().nb_participants == 6


def test_a_file_that_failed_is_not_kept_for_the_application(
    telephone: Telephone, reseau: Reseau, conseillere: Utilisateur, creneau_du_jour: Creneau
) -> None:
    telephone.sign_in(conseillere)
    reseau.pannes = {"/static/js/saisie.js": 503}
    page = telephone.page
    page.goto("/aujourdhui/")
    page.wait_for_timeout(1500)
    assert not page.evaluate("() => caches.match('/static/js/saisie.js').then(Boolean)")
    reseau.pannes = {}
    telephone.install()
    reseau.etat = COUPE
    fill(page)
    save(page)


def test_a_kept_form_answers_what_was_asked_not_what_it_was_kept_with(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    page.goto("/aujourdhui/")
    page.get_by_role("link", name="Saisir une séance hors créneau").click()
    expect(page.locator("[data-chapo]")).to_be_hidden()
    expect(page.get_by_label("Créneau (facultatif)")).to_have_value("")
    # The same form the next day.
    page.goto("/seances/nouvelle/")
    expect(page.get_by_label("Créneau (facultatif)")).to_have_value(str(creneau_du_jour.pk))
    demain = dt.datetime.now() + dt.timedelta(days=1)
    page.clock.set_system_time(demain)
    page.goto("/seances/nouvelle/")
    expect(page.get_by_label("Date")).to_have_value(f"{demain:%Y-%m-%d}")
    expect(page.get_by_label("Créneau (facultatif)")).to_have_value("")
    expect(page.locator("[data-chapo]")).to_be_hidden()


def test_the_open_page_tells_what_was_received_meanwhile(
    installe: Telephone, reseau: Reseau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    fill(page)
    save(page)
    page.goto("/aujourdhui/")
    expect(page.get_by_text("Rien n’est encore enregistré pour ce jour.")).to_be_visible()
    reseau.etat = BON
    send_now(page)
    installe.wait_until_empty()
    expect(page.get_by_role("link", name="Accompagnement individuel")).to_be_visible()
    expect(page.get_by_text("Rien n’est encore enregistré pour ce jour.")).to_have_count(0)


def test_the_date_is_right_when_the_clock_is_late_and_after_midnight(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    jour = timezone.localdate()
    page.clock.set_system_time(dt.datetime.now() - dt.timedelta(days=1))
    page.goto("/seances/nouvelle/")
    page.wait_for_timeout(500)
    expect(page.get_by_label("Date")).to_have_value(str(jour))
    page.clock.set_system_time(dt.datetime.now())
    fill(page, personnes=2)
    save(page)
    # The phone sleeps on « C’est noté »; the next morning is another day.
    reseau.etat = COUPE
    page.clock.set_system_time(dt.datetime.now() + dt.timedelta(days=1))
    page.get_by_role("button", name="Nouvelle séance").click()
    expect(page.get_by_label("Date")).to_have_value(str(jour + dt.timedelta(days=1)))
    assert page.get_by_label("Créneau (facultatif)").input_value() == ""


def test_a_lost_answer_is_not_a_second_seance_after_going_back(
    installe: Telephone, reseau: Reseau
) -> None:
    page = installe.page
    fill(page, personnes=9)
    save(page)
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    page.get_by_role("link", name="Revenir à aujourd’hui").click()
    page.go_back()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    # Whatever the browser shows again, what was saved is not proposed as if it were not.
    if page.get_by_label("Nombre de personnes").is_visible():
        expect(page.get_by_label("Nombre de personnes")).not_to_have_value("9")
