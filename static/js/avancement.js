// Follows the PDFs of a month while they are made; the page says the same without it.
(() => {
  const suivi = document.querySelector("[data-suivi]");
  if (!suivi) return;
  const zone = document.querySelector("[data-rapports]");
  const annonce = suivi.querySelector("[data-annonce]");
  const arret = suivi.querySelector("[data-arret]");
  const PAUSE = 2000;
  let minuterie = 0;
  let echecs = 0;
  let dernier = "";

  const dire = (texte) => {
    // Said again only when it changed: a screen reader would repeat it every two seconds.
    if (annonce.textContent !== texte) annonce.textContent = texte;
  };

  const finir = (texte, suite) => {
    window.clearTimeout(minuterie);
    arret.hidden = true;
    suivi.querySelector("[data-suite]").hidden = !suite;
    if (texte) dire(texte);
  };

  // Replaced only when it changed, and the focus goes back to the same link or button.
  const montrer = (html) => {
    const neuf = document.createElement("template");
    neuf.innerHTML = html;
    const etat = neuf.content.querySelector("[data-etat]");
    if (!etat) return null;
    if (html !== dernier) {
      dernier = html;
      const actif = zone.contains(document.activeElement) ? document.activeElement : null;
      const rang = actif ? [...zone.querySelectorAll("a, button, [tabindex]")].indexOf(actif) : -1;
      zone.replaceChildren(neuf.content);
      if (actif) (zone.querySelectorAll("a, button, [tabindex]")[rang] || zone).focus();
    }
    return etat.dataset;
  };

  const demander = async () => {
    try {
      const reponse = await fetch(suivi.dataset.suivi, { headers: { "X-Requested-With": "fetch" } });
      if (!reponse.ok || reponse.redirected) return finir("Le suivi s’est arrêté. Rechargez la page.", true);
      const etat = montrer(await reponse.text());
      echecs = 0;
      if (!etat) return finir("Le suivi s’est arrêté. Rechargez la page.", true);
      dire(`${etat.etat}.`);
      if (etat.enCours === "non") {
        suivi.querySelector("[data-attente]").hidden = true;
        return finir("", true);
      }
    } catch {
      echecs += 1;
      if (echecs === 3) dire("Le service ne répond pas ; le suivi reprendra dès son retour.");
    }
    minuterie = window.setTimeout(demander, PAUSE);
  };

  suivi.querySelector("[data-sans-script]").hidden = true;
  arret.hidden = false;
  arret.addEventListener("click", () => finir("Le suivi est arrêté.", true));
  demander();
})();
