/* The séance form on a phone: filled from what the address asks, checked here, given to the queue.

   Without this script, without IndexedDB or with a full phone, the form is posted as any other. */
"use strict";

(() => {
  const formulaire = document.querySelector("form[data-envoi=seance]");
  if (!formulaire || !self.Envois) return;

  const { element, nouvelleCle, ceJour, formatJour } = self.Ecran;
  const champ = (nom) => formulaire.elements[nom];
  const valeur = (nom) => new FormData(formulaire).get(nom) || "";
  const PERSONNES = /^(nb_premieres_venues|age_|genre_|statut_)/;
  const creneaux = JSON.parse(document.getElementById("creneaux").textContent);
  let stockage = "";
  let enCours = false;
  const ouvertLe = ceJour();

  // --- Filling ---------------------------------------------------------------------------

  function remettre(nom, valeurs) {
    const cible = champ(nom);
    if (!cible || nom === "csrfmiddlewaretoken") return;
    const controles = cible instanceof RadioNodeList ? [...cible] : [cible];
    for (const controle of controles) {
      if (controle.type === "radio" || controle.type === "checkbox") controle.checked = valeurs.includes(controle.value);
      else if (controle.tagName === "SELECT") choisir(controle, valeurs[0] || "");
      else controle.value = valeurs[0] ?? "";
    }
  }

  /* The list may not hold a créneau of another date. */
  function choisir(liste, choix) {
    if (liste.name === "creneau" && choix && ![...liste.options].some((o) => o.value === choix)) {
      const connu = creneaux.find((c) => String(c.pk) === choix);
      liste.add(new Option(connu ? connu.libelle : "Créneau choisi alors", choix));
    }
    liste.value = choix;
  }

  function remplir(corps, sauf = null) {
    const reponses = new URLSearchParams(corps);
    const noms = new Set([...formulaire.elements].map((e) => e.name).filter(Boolean));
    for (const nom of noms) {
      // Done again, it is typed now; taken up again, it was typed on the page of that day.
      if (nom !== "cle" && !(sauf && nom === "page_du")) remettre(nom, sauf && sauf.test(nom) ? [] : reponses.getAll(nom));
    }
    remettreDuree(reponses.get("duree"), reponses.get("duree_autre"));
    deplier();
  }

  /* Minutes that have no tile here (those of a phone kept for days are of its day). */
  function remettreDuree(choix, ecrite) {
    const tuile = [...champ("duree")].some((t) => t.value === choix);
    remettre("duree", [choix && !tuile ? "autre" : choix]);
    remettre("duree_autre", [choix && !tuile ? choix : ecrite]);
  }

  /* A folded section that holds an answer is open; a group is soon described. */
  function deplier() {
    if (valeur("nature") !== "individuel") formulaire.querySelector("[data-publics]").open = true;
    formulaire.querySelectorAll("details.repli").forEach((section) => {
      const remplie = [...section.querySelectorAll("input, select")].some((e) =>
        e.type === "radio" || e.type === "checkbox" ? e.checked && e.type === "checkbox" : e.tagName === "INPUT" && e.value !== "" && PERSONNES.test(e.name));
      if (remplie) section.open = true;
    });
  }

  async function preparer() {
    const question = new URLSearchParams(location.search);
    const prete = formulaire.dataset.adresse === location.pathname + location.search;
    // Since a day, the séances come from La Coop: only the dates before it are typed here.
    const [avant, date] = [formulaire.dataset.avant, question.get("date")];
    const ancienne = Boolean(avant && date && date <= avant);
    if (avant && (ancienne || question.get("reprise"))) formulaire.closest("details").open = true;
    if (question.get("reprise")) return reprendre(question.get("reprise"));
    if (question.get("modele")) return refaire(question.get("modele"), prete);
    if (prete && (date || avant || formulaire.dataset.jour === ceJour())) return null;
    vider((ancienne ? date : avant) || date || ceJour());
    return question.get("creneau") ? remplirDuCreneau(question.get("creneau")) : null;
  }

  /* Answered before this script began, on a slow phone: what the page proposes does not replace it. */
  const differe = (e) =>
    e.type === "radio" || e.type === "checkbox" ? e.checked !== e.defaultChecked
    : e.tagName === "SELECT" ? e.selectedIndex !== Math.max(0, [...e.options].findIndex((o) => o.defaultSelected))
    : e.value !== e.defaultValue;
  const repondus = new Set([...formulaire.elements].filter((e) => e.name && e.name !== "cle" && differe(e)).map((e) => e.name));

  function proposer(nom, reponse) {
    if (!repondus.has(nom)) remettre(nom, [reponse]);
  }

  function proposerDuree(choix) {
    if (!repondus.has("duree") && !repondus.has("duree_autre")) remettreDuree(choix, "");
  }

  /* A kept form was filled for the créneau of its day. */
  function vider(date) {
    for (const [nom, defaut] of [["creneau", ""], ["lieu", ""], ["titre", ""], ["nature", "individuel"], ["nb_participants", "1"], ["date", date]]) proposer(nom, defaut);
    proposerDuree("");
    document.querySelector("[data-chapo]").hidden = true;
    formulaire.querySelector("[data-ou-et-quand]").open = true;
    deplier();
  }

  async function reprendre(cle) {
    const entree = await FileEnvois.trouver(cle);
    if (!entree || entree.compte !== Envois.compte) return dire("Cette saisie n’est plus sur ce téléphone.");
    remplir(entree.corps);
    champ("cle").value = entree.cle;
    if (entree.recu_le) return dire("Le service l’a déjà reçue : elle se corrige dans « Mes séances ».");
    montrerErreurs(entree.erreurs || []);
    return null;
  }

  async function refaire(cle, prete) {
    const entree = await FileEnvois.trouver(cle);
    if (entree && entree.compte === Envois.compte && entree.corps) remplir(entree.corps, PERSONNES);
    else if (!prete) dire("Ces réponses ne sont pas gardées sur ce téléphone : il faut du réseau pour les reprendre.");
  }

  function remplirDuCreneau(pk) {
    const creneau = creneaux.find((c) => String(c.pk) === pk);
    if (!creneau) return dire("Ce créneau n’est pas gardé sur ce téléphone : choisissez le lieu.");
    for (const [nom, donnee] of Object.entries(creneau.reponses)) if (nom !== "duree") proposer(nom, String(donnee ?? ""));
    proposerDuree(String(creneau.reponses.duree ?? ""));
    const chapo = document.querySelector("[data-chapo]");
    chapo.textContent = `${creneau.chapo}, ${formatJour(valeur("date"))}`;
    chapo.hidden = false;
    formulaire.querySelector("[data-ou-et-quand]").open = false;
    deplier();
    return null;
  }

  // --- Checking: only what the phone can know; the server judges everything again ---------

  function controler() {
    const erreurs = [];
    const refuser = (nom, message) => erreurs.push({ champ: nom, messages: [message] });
    const nombre = Number(valeur("nb_participants"));
    const [canal, duree] = [valeur("canal"), valeur("duree")];
    if (!valeur("date")) refuser("date", "Indiquez la date.");
    else if (valeur("date") > ceJour()) refuser("date", "Cette date est à venir : une séance se saisit une fois qu’elle a eu lieu.");
    if (canal === "lieu_activite" && !valeur("lieu")) refuser("lieu", "Choisissez le lieu d’accueil.");
    if ((canal === "autre_lieu" || canal === "domicile") && !valeur("code_insee")) refuser("code_insee", "Indiquez la commune où la séance a eu lieu.");
    if (duree === "autre" && !(Number(valeur("duree_autre")) >= 1)) refuser("duree_autre", "Écrivez la durée en minutes, par exemple 75.");
    else if (!duree && !valeur("duree_autre")) refuser("duree", "Choisissez la durée.");
    if (!valeur("thematiques")) refuser("thematiques", "Choisissez au moins une thématique.");
    if (!(nombre >= 1)) refuser("nb_participants", "Indiquez le nombre de personnes, au moins 1.");
    for (const [groupe, nom] of [["age_", "par tranche d’âge"], ["genre_", "par genre"], ["statut_", "par statut"]]) {
      const noms = [...formulaire.elements].map((e) => e.name).filter((n) => n.startsWith(groupe));
      const total = noms.reduce((somme, n) => somme + Number(valeur(n)), 0);
      if (nombre >= 1 && total > nombre) refuser(noms[0], `Le total ${nom} (${total}) dépasse le nombre de personnes (${nombre}).`);
    }
    if (Number(valeur("nb_premieres_venues")) > nombre) refuser("nb_premieres_venues", "Les premières venues dépassent le nombre de personnes.");
    return erreurs;
  }

  function boite(nom) {
    const cible = champ(nom);
    const controle = cible instanceof RadioNodeList ? cible[0] : cible;
    return controle ? controle.closest("fieldset.champ, .champ") : null;
  }

  function oublierErreurs() {
    document.getElementById("erreurs")?.remove();
    formulaire.querySelectorAll(".champ--erreur").forEach((b) => b.classList.remove("champ--erreur"));
    formulaire.querySelectorAll("[data-erreur-locale]").forEach((e) => e.remove());
    formulaire.querySelectorAll("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
    formulaire.querySelectorAll("[data-decrit]").forEach((e) => decrire(e, e.dataset.decrit));
  }

  function decrire(e, ids) {
    if (ids) e.setAttribute("aria-describedby", ids);
    else e.removeAttribute("aria-describedby");
  }

  function montrerErreurs(erreurs) {
    oublierErreurs();
    if (!erreurs.length) return;
    const lignes = erreurs.map(montrerErreur);
    const resume = element("div", { class: "message message--error message--erreurs", role: "alert", tabindex: "-1", id: "erreurs" }, [
      element("h2", {}, ["Rien n’est encore enregistré"]),
      element("ul", {}, lignes),
    ]);
    formulaire.before(resume);
    if (!document.title.startsWith("Erreur")) document.title = `Erreur – ${document.title}`;
    resume.focus();
  }

  function montrerErreur({ champ: nom, messages }) {
    const texte = messages.join(" ");
    const place = nom && boite(nom);
    if (!place) return element("li", {}, [texte]);
    const id = place.id || place.querySelector("input, select").id;
    const libelle = place.querySelector("legend, label").firstChild.textContent.trim();
    const erreur = element("ul", { class: "champ__erreurs", id: `${nom}-erreur`, "data-erreur-locale": "" }, [element("li", {}, [texte])]);
    place.classList.add("champ--erreur");
    place.querySelector("legend, label").after(erreur);
    place.querySelectorAll("input, select").forEach((c) => c.setAttribute("aria-invalid", "true"));
    // As the server does: a group says its error for all its answers.
    const decrit = place.tagName === "FIELDSET" ? place : place.querySelector("input, select");
    decrit.dataset.decrit = decrit.getAttribute("aria-describedby") || "";
    decrire(decrit, `${decrit.dataset.decrit} ${erreur.id}`.trim());
    for (let section = place.closest("details"); section; section = section.parentElement.closest("details")) section.open = true;
    const lien = element("a", { href: `#${id}` }, [libelle]);
    lien.addEventListener("click", (e) => {
      e.preventDefault();
      place.querySelector("input, select").focus();
      place.scrollIntoView({ block: "center" });
    });
    return element("li", {}, [lien, ` : ${texte}`]);
  }

  // --- Sending ---------------------------------------------------------------------------

  function resumer() {
    const choix = (nom) => formulaire.querySelector(`[name=${nom}]:checked`)?.parentElement.textContent.trim() || "";
    const lieu = valeur("canal") === "lieu_activite" ? champ("lieu").selectedOptions[0].textContent : choix("canal");
    const duree = valeur("duree") === "autre" || !valeur("duree") ? `${valeur("duree_autre")} min` : choix("duree");
    const nombre = Number(valeur("nb_participants"));
    return [choix("nature"), lieu.trim(), duree, nombre > 1 ? `${nombre} personnes` : ""].filter(Boolean).join(", ");
  }

  /* Without storage, as any other form; but not towards a page of the browser that says « no
     network » in place of what is typed. */
  async function poster() {
    const abandon = new AbortController();
    setTimeout(() => abandon.abort(), 10000);
    const reponse = await fetch("/hors-ligne/etat/", { cache: "no-store", redirect: "manual", signal: abandon.signal }).catch(() => null);
    if (reponse?.headers.get("X-Envoi")) return formulaire.submit();
    dire("Rien n’est enregistré : ce téléphone ne peut pas garder cette saisie, et il n’y a pas de réseau. Laissez cette page ouverte, et enregistrez de nouveau avec du réseau.");
    return document.querySelector("[data-note]").scrollIntoView({ block: "center" });
  }

  async function confier(e) {
    e.preventDefault();
    if (stockage) return poster();
    const erreurs = controler();
    if (erreurs.length) return montrerErreurs(erreurs);
    oublierErreurs();
    const donnees = new FormData(formulaire);
    donnees.delete("csrfmiddlewaretoken");
    const entree = {
      cle: valeur("cle"),
      genre: "seance",
      adresse: new URL(formulaire.action).pathname,
      corps: new URLSearchParams(donnees).toString(),
      resume: resumer(),
      jour: valeur("date"),
    };
    // A second tap while the first is being kept.
    if (enCours) return null;
    enCours = true;
    let confiee;
    try {
      confiee = await Envois.confier(entree);
    } catch {
      // Asked again at the next tap: the room may come back.
      return poster();
    } finally {
      enCours = false;
    }
    if (!confiee) return dire("Cette saisie est déjà partie : le service la garde telle qu’elle était. Corrigez-la dans « Mes séances ».");
    delete formulaire.dataset.touche;
    return confirmer(entree, confiee.envoi);
  }

  const ETATS = {
    connexion: "Gardée sur ce téléphone. Votre session est terminée : reconnectez-vous, et elle partira.",
    reseau: "Pas de réseau : gardée sur ce téléphone, elle partira toute seule.",
    serveur: "Le service ne répond pas bien : gardée sur ce téléphone, elle partira toute seule.",
  };

  async function confirmer(entree, envoi) {
    const apres = document.querySelector("[data-apres]");
    const etat = apres.querySelector("[data-apres-etat]");
    montrerApres(true);
    apres.querySelector("[data-apres-resume]").textContent = `${formatJour(entree.jour)} : ${entree.resume}`;
    etat.textContent = "Gardée sur ce téléphone. Envoi en cours…";
    apres.focus();
    const resultat = await envoi;
    // Meanwhile the next one may be under way.
    if (!apres.hidden && valeur("cle") === entree.cle) await direSonSort(entree.cle, resultat, apres, etat);
  }

  async function direSonSort(cle, resultat, apres, etat) {
    const entree = await FileEnvois.trouver(cle);
    if (entree && entree.etat === "refusee") {
      // Refused at once: the answers are still there, with the server's reasons beside them.
      montrerApres(false);
      montrerErreurs(entree.erreurs);
      return;
    }
    apres.querySelector("[data-apres-connexion]").hidden = resultat.arret !== "connexion";
    etat.textContent = entree && entree.recu_le ? entree.message : ETATS[resultat.arret] || ETATS.serveur;
  }

  function montrerApres(oui) {
    document.querySelector("[data-apres]").hidden = !oui;
    // What is noted must not come back by « Back » as if it were still to be saved.
    formulaire.autocomplete = oui ? "off" : "on";
    document.querySelector("[data-pendant]").hidden = oui;
    scrollTo(0, 0);
  }

  function autre(memes) {
    // The phone slept on « C’est noté »: this is another day, with other créneaux.
    if (ouvertLe !== ceJour()) return location.assign("/seances/nouvelle/");
    const corps = new URLSearchParams(new FormData(formulaire)).toString();
    const date = valeur("date");
    if (memes) {
      remplir(corps, PERSONNES);
      formulaire.dispatchEvent(new Event("rempli"));
    } else {
      formulaire.reset();
      remettre("date", [date]);
    }
    champ("cle").value = nouvelleCle();
    montrerApres(false);
    return document.querySelector("[data-pendant] h1").focus();
  }

  function dire(phrase) {
    const note = document.querySelector("[data-note]");
    note.textContent = phrase;
    note.hidden = false;
  }

  const PLACES = {
    plein: "Ce téléphone n’a presque plus de place : une saisie sans réseau ne serait pas gardée. Enregistrez avec du réseau, ou faites de la place.",
    impossible: "Cette fenêtre ne garde rien sur le téléphone (navigation privée, peut-être) : enregistrez avec du réseau, ou ouvrez le site dans une fenêtre ordinaire.",
  };

  async function commencer() {
    // What the server sent back with its errors is shown as it is; a kept page is used many times.
    const neuve = !formulaire.hasAttribute("data-lie");
    if (neuve) champ("cle").value = nouvelleCle();
    // The créneau fills the form at once: a tile touched while the storage is tried is kept.
    const [essai, remplie] = [FileEnvois.eprouver(), neuve ? preparer() : null];
    stockage = await essai;
    if (stockage) dire(PLACES[stockage]);
    await remplie;
    formulaire.dispatchEvent(new Event("rempli"));
  }

  formulaire.addEventListener("input", () => { formulaire.dataset.touche = "1"; });
  formulaire.addEventListener("submit", confier);
  document.querySelector("[data-memes]").addEventListener("click", () => autre(true));
  document.querySelector("[data-autre]").addEventListener("click", () => autre(false));
  // Opened yesterday, nothing typed since: the form of today.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !location.search && !formulaire.dataset.touche && ouvertLe !== ceJour()) location.reload();
  });
  commencer().catch(() => { stockage = "impossible"; });
})();
