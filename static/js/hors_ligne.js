/* The pages' side of the queue: count, states, sending when the network is back, kept pages.

   Works with what the page holds: [data-file-bandeau], [data-file-liste], form[data-envoi]. */
"use strict";

(() => {
  const compte = document.documentElement.dataset.compte;
  if (!compte || !self.indexedDB) return;

  const UNE_MINUTE = 60000;
  const RYTHME = 20000;
  const ATTENTE = 1500; // before the next page: long enough for a good network
  const APPUI = 10000; // at most: a finger lifted out of the window says nothing
  const { formatJour, element } = self.Ecran;
  let resultat = { arret: null };
  let envoi = null;
  let attendaient = 0;
  let appuiJusque = 0;

  // --- Sending ---------------------------------------------------------------------------

  function envoyer() {
    envoi = envoi || FileEnvois.envoyerTout().catch(() => ({ arret: "stockage" })).then((r) => {
      envoi = null;
      // Somebody else is signed in, in another tab.
      resultat = r.compte && r.compte !== compte ? { ...r, arret: "connexion" } : r;
      montrer();
      if (!resultat.arret) garderLesPages(r);
      return resultat;
    });
    return envoi;
  }

  async function envoyerSiBesoin() {
    const enAttente = await FileEnvois.attente(compte);
    if (enAttente.some((e) => e.etat === "a_envoyer")) return envoyer();
    return null;
  }

  /* Background Sync sends even when the page is closed; elsewhere the page does it. */
  async function demanderAuNavigateur() {
    const inscription = await navigator.serviceWorker?.getRegistration();
    if (inscription && "sync" in inscription) await inscription.sync.register("envois").catch(() => null);
  }

  self.Envois = {
    /* Kept when this returns; `envoi` then says what became of it. Null: it had left already. */
    async confier(entree) {
      if (!(await FileEnvois.ajouter({ ...entree, compte }))) return null;
      demanderAuNavigateur();
      montrer();
      // A sending already under way may have read the queue before this one.
      return { envoi: envoi ? envoi.then(envoyer) : envoyer() };
    },
    compte,
  };

  // --- What is shown ---------------------------------------------------------------------

  const CAUSES = {
    reseau: "Pas de réseau, ou un réseau qui ne mène pas au service : l’envoi se fera tout seul.",
    serveur: "Le service ne répond pas bien : nouvel essai dans un instant.",
    jeton: "Le service ne répond pas bien : nouvel essai dans un instant.",
    stockage: "Ce téléphone ne laisse pas lire ce qu’il garde.",
  };

  const combien = (n, un, plusieurs) => `${n} ${n > 1 ? plusieurs : un}`;

  const sousLeDoigt = () => Date.now() < appuiJusque;

  /* A line that comes or goes moves all the others: never between a finger's coming and going, or
     what it touches is not what it meant to. */
  function appuyer() {
    appuiJusque = Date.now() + APPUI;
  }

  function relever() {
    appuiJusque = 0;
  }

  async function montrer() {
    const enAttente = await FileEnvois.attente(compte);
    if (sousLeDoigt()) {
      setTimeout(montrer, 100);
      return;
    }
    const refusees = enAttente.filter((e) => e.etat === "refusee").length;
    montrerBandeau(enAttente.length - refusees, refusees);
    if (attendaient > enAttente.length && !envoi) renouvelerLaPage();
    attendaient = enAttente.length;
    document.querySelectorAll("[data-file-liste]").forEach((zone) => montrerListe(zone, enAttente));
  }

  /* What the page before said is said at once: a moment later, it would move what one is about to
     touch. */
  function redireLeBandeau() {
    try {
      const [qui, aEnvoyer, refusees, arret] = JSON.parse(sessionStorage.getItem("bandeau"));
      if (qui !== compte) return;
      resultat = { arret };
      montrerBandeau(aEnvoyer, refusees);
    } catch {
      // Nothing was said yet, or this browser keeps nothing.
    }
  }

  function retenirLeBandeau(aEnvoyer, refusees) {
    try {
      sessionStorage.setItem("bandeau", JSON.stringify([compte, aEnvoyer, refusees, resultat.arret]));
    } catch {
      // The next page will say it a moment later.
    }
  }

  function montrerBandeau(aEnvoyer, refusees) {
    const bandeau = document.querySelector("[data-file-bandeau]");
    if (!bandeau) return;
    retenirLeBandeau(aEnvoyer, refusees);
    const phrases = [];
    if (aEnvoyer) phrases.push(`${combien(aEnvoyer, "saisie attend", "saisies attendent")} sur ce téléphone.`);
    if (refusees) phrases.push(`${combien(refusees, "saisie est refusée : corrigez-la", "saisies sont refusées : corrigez-les")}.`);
    if (aEnvoyer && resultat.arret && CAUSES[resultat.arret]) phrases.push(CAUSES[resultat.arret]);
    // The page that has just taken one says itself what becomes of it.
    const dit = document.querySelector("[data-apres]:not([hidden])");
    bandeau.hidden = !phrases.length || (dit && aEnvoyer + refusees <= 1);
    bandeau.classList.toggle("message--error", refusees > 0);
    const texte = phrases.join(" ");
    const parole = bandeau.querySelector("[data-file-phrase]");
    // Said again only when it changes.
    if (parole.textContent !== texte) parole.textContent = texte;
    const lien = bandeau.querySelector("[data-file-connexion]");
    lien.hidden = !(aEnvoyer && resultat.arret === "connexion");
    // Where one is: a kept page was made at another address.
    lien.href = `/connexion/?next=${encodeURIComponent(location.pathname + location.search)}`;
  }

  const duMois = (mois) => (entree) => !mois || entree.jour.startsWith(mois);

  async function montrerListe(zone, enAttente) {
    const lignes = enAttente.filter(duMois(zone.dataset.fileMois)).map(ligneEnAttente);
    const recues = zone.dataset.fileListe === "tout" ? await FileEnvois.recues(compte) : [];
    zone.querySelector("[data-file-attente]").replaceChildren(...lignes);
    zone.querySelector("[data-file-recues]")?.replaceChildren(...recues.map(ligneRecue));
    zone.querySelectorAll("[data-file-si]").forEach((e) => {
      e.hidden = !{ attente: lignes.length, recues: recues.length, rien: !lignes.length && !recues.length }[e.dataset.fileSi];
    });
    if (zone.dataset.fileListe !== "tout") zone.hidden = !lignes.length;
  }

  function ligneEnAttente(entree) {
    const refusee = entree.etat === "refusee";
    const tete = element("p", { class: "ligne-de-liste" }, [
      element("span", {}, [`${formatJour(entree.jour)} : ${entree.resume}`]),
      element("span", { class: `badge badge--${refusee ? "grave" : "attente"}` }, [refusee ? "Refusée" : "À envoyer"]),
    ]);
    const motifs = (entree.erreurs || []).map((e) => element("li", {}, [(e.nom ? `${e.nom} : ` : "") + e.messages.join(" ")]));
    const actions = [];
    // Once sent, the server may hold it already: it is corrected there, not here.
    if (entree.genre === "seance" && (refusee || !entree.essais)) {
      actions.push(element("a", { class: "lien-cible", href: `/seances/nouvelle/?reprise=${entree.cle}` }, ["Corriger", element("span", { class: "visuellement-cache" }, [` : ${entree.resume}`])]));
    }
    if (refusee || !entree.essais) actions.push(boutonJeter(entree));
    return element("li", {}, [tete, ...(motifs.length ? [element("ul", { class: "champ__erreurs" }, motifs)] : []), element("div", { class: "actions actions--serrees" }, actions)]);
  }

  function boutonJeter(entree) {
    const bouton = element("button", { class: "bouton-lien lien-cible", type: "button" }, ["Jeter", element("span", { class: "visuellement-cache" }, [` : ${entree.resume}`])]);
    bouton.addEventListener("click", async () => {
      if (!confirm(`Jeter cette saisie ? Elle n’a pas été envoyée et sera perdue.\n\n${formatJour(entree.jour)} : ${entree.resume}`)) return;
      if (!(await FileEnvois.retirer(entree.cle))) alert("Trop tard : cette saisie vient de partir. Elle se corrige ou se supprime dans « Mes séances ».");
      montrer();
    });
    return bouton;
  }

  function ligneRecue(entree) {
    return element("li", {}, [
      element("p", { class: "ligne-de-liste" }, [
        element("a", { class: "lien-cible", href: entree.adresse }, [`${formatJour(entree.jour)} : ${entree.resume}`]),
        element("span", { class: `badge badge--${entree.etat === "enregistree" ? "bon" : "attente"}` }, ["Reçue"]),
      ]),
      ...(entree.etat === "enregistree" ? [] : [element("p", { class: "discret" }, [entree.message])]),
    ]);
  }

  // --- Small acts that wait like a séance (« Tenue sans visite », « Annuler ») ------------

  function ecouterLesActes() {
    document.querySelectorAll("form[data-envoi=acte]").forEach((formulaire) => {
      // Which button it was: not every browser says it with the submission.
      formulaire.addEventListener("click", (e) => { formulaire.bouton = e.target.closest("button"); });
      formulaire.addEventListener("submit", confierUnActe);
    });
  }

  async function confierUnActe(e) {
    e.preventDefault();
    const formulaire = e.currentTarget;
    if (formulaire.dataset.parti) return;
    formulaire.dataset.parti = "1";
    const bouton = e.submitter || formulaire.bouton;
    const donnees = new FormData(formulaire);
    if (bouton?.name) donnees.set(bouton.name, bouton.value);
    donnees.delete("csrfmiddlewaretoken");
    const adresse = new URL(formulaire.action).pathname;
    try {
      const { envoi: parti } = await self.Envois.confier({
        cle: self.Ecran.nouvelleCle(),
        genre: "acte",
        adresse,
        corps: new URLSearchParams(donnees).toString(),
        resume: formulaire.dataset.resume,
        jour: formulaire.dataset.jour,
      });
      await Promise.race([parti, new Promise((tenir) => { setTimeout(tenir, ATTENTE); })]);
    } catch {
      if (bouton?.name) formulaire.append(element("input", { type: "hidden", name: bouton.name, value: bouton.value }));
      formulaire.submit();
      return;
    }
    location.assign(location.pathname + location.search);
  }

  // --- Kept pages ------------------------------------------------------------------------

  async function garderLesPages({ pages }) {
    const inscription = await navigator.serviceWorker?.getRegistration();
    if (!inscription?.active) return;
    // All of them once a day and after an update; after a sending, the one that shows it.
    const tout = !(await sontGardees());
    inscription.active.postMessage({ genre: "garder", pages: tout ? pages : pages.slice(0, 1), compte, tout });
  }

  /* Something was received, by this page or by another: what it says is no longer true. */
  async function renouvelerLaPage() {
    const inscription = await navigator.serviceWorker?.getRegistration();
    inscription?.active?.postMessage({ genre: "garder", pages: [location.pathname], compte, annonce: true });
  }

  /* An update replaces the worker of an open page before it has written what is to be renewed. */
  async function versionActivee() {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state === "activating") await new Promise((tenir) => { active.addEventListener("statechange", tenir, { once: true }); });
  }

  /* This account's, of today, for this version: signing in or out takes them away. */
  async function sontGardees() {
    await versionActivee();
    const cache = await caches.open("pages");
    if (await cache.match("/a-renouveler")) return false;
    const jour = self.Ecran.ceJour();
    const journee = await cache.match(`/hors-ligne/journee/${jour}/`);
    return journee?.headers.get("X-Compte") === compte && journee.headers.get("X-Jour") === jour;
  }

  async function preparer() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register("/service-worker.js");
    await navigator.serviceWorker.ready;
    if (await sontGardees()) return;
    await envoyer();
    navigator.storage?.persist?.();
  }

  /* A kept page was shown first; the network has since brought the same page, newer. */
  async function remplacer() {
    const reponse = await caches.match(location.pathname, { cacheName: "pages" });
    // A form has its own script, and what is typed in it.
    if (!reponse || document.querySelector("form[data-touche], form[data-envoi=seance]")) return;
    if (reponse.headers.get("X-Compte") !== compte) {
      location.reload();
      return;
    }
    const neuve = new DOMParser().parseFromString(await reponse.text(), "text/html");
    const contenu = neuve.getElementById("contenu");
    // Never under the finger or the cursor of somebody who has begun.
    if (!contenu || sousLeDoigt() || document.getElementById("contenu").contains(document.activeElement)) return;
    document.documentElement.dataset.etablie = neuve.documentElement.dataset.etablie;
    document.getElementById("contenu").replaceWith(contenu);
    redireLeBandeau();
    ecouterLesActes();
    direLAge();
    montrer();
  }

  function direLAge() {
    const etablie = Number(document.documentElement.dataset.etablie) * 1000;
    const note = document.querySelector("[data-page-gardee]");
    if (!note) return;
    note.hidden = Date.now() - etablie < 2 * UNE_MINUTE;
    if (note.hidden) return;
    const quand = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" });
    note.textContent = `Page gardée sur ce téléphone, telle qu’elle était le ${quand.format(etablie)}.`;
  }

  // --- Leaving ---------------------------------------------------------------------------

  document.querySelectorAll("form[action='/deconnexion/']").forEach((formulaire) => {
    formulaire.addEventListener("submit", async (e) => {
      e.preventDefault();
      const n = (await FileEnvois.attente(compte).catch(() => [])).length;
      if (n && !confirm(`${combien(n, "saisie n’est pas encore reçue", "saisies ne sont pas encore reçues")} par le service. Elle${n > 1 ? "s restent" : " reste"} sur ce téléphone, sous votre compte, jusqu’à votre prochaine connexion. Se déconnecter quand même ?`)) return;
      formulaire.submit();
    });
  });

  /* Nobody says by mistake that a month is complete while its séances wait here. */
  document.querySelectorAll("form[data-declaration]").forEach((formulaire) => {
    formulaire.addEventListener("submit", async (e) => {
      e.preventDefault();
      const enAttente = await FileEnvois.attente(compte).catch(() => []);
      const n = enAttente.filter(duMois(formulaire.dataset.declaration)).length;
      if (n && !confirm(`Sur ce téléphone, ${combien(n, "saisie de ce mois n’est pas encore envoyée", "saisies de ce mois ne sont pas encore envoyées")}. Déclarer le mois complet quand même ?`)) return;
      formulaire.submit();
    });
  });

  // --- When ------------------------------------------------------------------------------

  /* Back in front, perhaps the next morning: what the page says of the day and of who is here. */
  function reveiller() {
    if (document.hidden) return;
    direLAge();
    const jour = self.Ecran.jourDe(Number(document.documentElement.dataset.etablie) * 1000);
    if (location.pathname === "/aujourdhui/" && jour < self.Ecran.ceJour() && performance.now() > UNE_MINUTE) location.reload();
    envoyerSiBesoin();
  }

  /* Somebody else's page is open beside this one, which shows this account's things: it goes,
     unless something is being typed in it. What a form was filled for would not be found for them. */
  function laisserLaPlace(autre) {
    if (autre === compte || document.querySelector("form[data-touche]")) return;
    if (document.querySelector("form[data-envoi=seance]")) location.replace("/");
    else location.reload();
  }

  self.addEventListener("online", envoyerSiBesoin);
  self.addEventListener("focus", reveiller);
  self.addEventListener("pageshow", (e) => e.persisted && reveiller());
  document.addEventListener("visibilitychange", reveiller);
  setInterval(envoyerSiBesoin, RYTHME);
  FileEnvois.canal?.addEventListener("message", (e) => (e.data.compte ? laisserLaPlace(e.data.compte) : montrer()));
  FileEnvois.canal?.postMessage({ compte });
  if (navigator.serviceWorker?.controller) {
    // A new version of the application: its pages are kept in place of the former ones.
    navigator.serviceWorker.addEventListener("controllerchange", () => envoyer());
  }
  navigator.serviceWorker?.addEventListener("message", (e) => {
    if (e.data.genre === "neuve" && e.data.chemin === location.pathname) remplacer();
  });

  document.addEventListener("pointerdown", appuyer, true);
  for (const fin of ["pointerup", "pointercancel"]) document.addEventListener(fin, relever, true);

  ecouterLesActes();
  direLAge();
  redireLeBandeau();
  montrer().then(envoyerSiBesoin).catch(() => null);
  preparer().catch(() => null);
})();
