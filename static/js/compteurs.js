/* Counters under the thumb: − and + beside each number, and what is left of each group.

   The number fields stay, and are all that is posted: without this script they are typed in.
   The page holds [data-groupe] around each group, with its [data-reste], and one [data-compteurs-dits]. */
"use strict";

(() => {
  const formulaire = document.querySelector("form.seance");
  if (!formulaire || !self.Ecran) return;

  const { element } = self.Ecran;
  const SILENCE = 1200; // ms without a touch, before the remainder is said aloud
  const participants = formulaire.elements.nb_participants;
  const groupes = [...formulaire.querySelectorAll("[data-groupe]")];
  const parole = formulaire.querySelector("[data-compteurs-dits]");
  const champsDe = (groupe) => [...groupe.querySelectorAll("input[type=number]")];
  const nomDe = (champ) => champ.labels[0].firstChild.textContent.trim();

  // --- Buttons ---------------------------------------------------------------------------

  function bouton(classe, contenu, agir) {
    const cree = element("button", { class: classe, type: "button" }, contenu);
    cree.addEventListener("click", agir);
    return cree;
  }

  const cache = (texte) => element("span", { class: "visuellement-cache" }, [texte]);
  const signe = (texte) => element("span", { "aria-hidden": "true" }, [texte]);

  function ecrire(champ, valeur) {
    champ.value = valeur;
    champ.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* Zero is said by an empty counter; for first visits empty is « unknown », and zero is zero. */
  function compter(champ, pas) {
    const inconnu = champ.name === "nb_premieres_venues";
    if (inconnu && pas < 0 && champ.value === "0") return ecrire(champ, "");
    const bas = Number(champ.min) || 0;
    const nouveau = Math.min(Number(champ.max) || Infinity, Math.max(bas, Number(champ.value) + pas));
    return ecrire(champ, nouveau || inconnu ? nouveau : "");
  }

  /* As a field's own arrows: out of the way of the keyboard, which has the field itself. */
  function poser(champ) {
    const nom = nomDe(champ);
    const cadre = element("span", { class: "pas" });
    const moins = bouton("pas__bouton", [signe("−"), cache(`Enlever 1 : ${nom}`)], () => compter(champ, -1));
    const plus = bouton("pas__bouton", [signe("+"), cache(`Ajouter 1 : ${nom}`)], () => compter(champ, 1));
    moins.tabIndex = plus.tabIndex = -1;
    champ.replaceWith(cadre);
    cadre.append(moins, champ, plus);
    choisirEnTouchant(champ);
    return cadre;
  }

  /* One touch, then one digit: what was there is replaced. */
  function choisirEnTouchant(champ) {
    let arrive = false;
    champ.addEventListener("pointerdown", () => { arrive = document.activeElement !== champ; });
    champ.addEventListener("click", () => { if (arrive) champ.select(); });
  }

  function poserLeReste(champ, groupe) {
    const donner = (e) => {
      if (e.currentTarget.getAttribute("aria-disabled") === "true") return;
      ecrire(champ, Number(champ.value) + restant(groupe));
    };
    const cree = bouton("pas__reste", ["le reste", cache(` : ${nomDe(champ)}`)], donner);
    poser(champ).after(cree);
  }

  // --- What is left ----------------------------------------------------------------------

  const total = (groupe) => champsDe(groupe).reduce((somme, c) => somme + Number(c.value), 0);
  const restant = (groupe) => Number(participants.value) - total(groupe);

  function phrase(groupe) {
    const nombre = Number(participants.value);
    if (!(nombre >= 1)) return total(groupe) ? "Indiquez d’abord le nombre de personnes." : "";
    if (restant(groupe) >= 0) return `Non communiqué : ${restant(groupe)}`;
    return `Le total (${total(groupe)}) dépasse le nombre de personnes (${nombre}).`;
  }

  function suivre(groupe) {
    const note = groupe.querySelector("[data-reste]");
    const trop = restant(groupe) < 0 && total(groupe) > 0;
    note.textContent = phrase(groupe);
    note.hidden = !note.textContent;
    groupe.classList.toggle("champ--depasse", trop);
    champsDe(groupe).forEach((champ) => {
      if (trop && champ.value) champ.setAttribute("aria-invalid", "true");
      else champ.removeAttribute("aria-invalid");
    });
    groupe.querySelectorAll(".pas__reste").forEach((reste) => {
      reste.hidden = !(Number(participants.value) > 1);
      reste.setAttribute("aria-disabled", String(restant(groupe) < 1));
    });
  }

  const suivreTout = () => groupes.forEach(suivre);

  let attente = null;
  function dire(groupe) {
    clearTimeout(attente);
    attente = setTimeout(() => {
      const nom = groupe.querySelector("legend").textContent.trim();
      parole.textContent = `${nom}. ${phrase(groupe)}`;
    }, SILENCE);
  }

  // --- When ------------------------------------------------------------------------------

  [participants, formulaire.elements.nb_premieres_venues].forEach(poser);
  groupes.forEach((groupe) => champsDe(groupe).forEach((champ) => poserLeReste(champ, groupe)));
  formulaire.addEventListener("input", (e) => {
    suivreTout();
    const groupe = e.target.closest("[data-groupe]");
    if (groupe) dire(groupe);
  });
  formulaire.addEventListener("rempli", suivreTout);
  formulaire.addEventListener("reset", () => setTimeout(suivreTout));
  suivreTout();
})();
