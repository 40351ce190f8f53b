/* A free text that looks like a telephone, an e-mail or a social-security number says so while it
   is typed. Patterns and sentences come from the server with the field (territoires/traces.py). */
"use strict";

self.Traces = {
  /* What this field's text looks like: {phrase, refuse} of the first pattern met, or null. */
  lire(champ) {
    if (!champ || !champ.dataset.traces) return null;
    const trouve = JSON.parse(champ.dataset.traces).find(([motif]) => new RegExp(motif).test(champ.value));
    return trouve ? { phrase: trouve[1], refuse: trouve[2] } : null;
  },
};

(() => {
  const ATTENTE = 400;

  /* Its live region is on the page, empty, before anything is said in it. */
  function surveiller(champ) {
    if (champ.dataset.surveille || champ.readOnly) return;
    champ.dataset.surveille = "1";
    const alerte = document.createElement("p");
    alerte.id = `${champ.id || champ.name}-trace`;
    alerte.className = "champ__alerte";
    alerte.setAttribute("role", "status");
    champ.after(alerte);
    let attente = 0;
    const dire = () => {
      const trouve = self.Traces.lire(champ);
      if (alerte.textContent !== (trouve ? trouve.phrase : "")) alerte.textContent = trouve ? trouve.phrase : "";
      relier(champ, alerte.id, Boolean(trouve));
    };
    // A half-typed number is no news: the sentence waits for the end of the word.
    champ.addEventListener("input", () => {
      clearTimeout(attente);
      attente = setTimeout(dire, ATTENTE);
    });
    champ.addEventListener("change", dire);
    champ.form?.addEventListener("rempli", dire);
    dire();
  }

  function relier(champ, id, oui) {
    const ids = (champ.getAttribute("aria-describedby") || "").split(" ").filter((i) => i && i !== id);
    if (oui) ids.push(id);
    if (ids.length) champ.setAttribute("aria-describedby", ids.join(" "));
    else champ.removeAttribute("aria-describedby");
  }

  const tous = (racine) => racine.querySelectorAll("[data-traces]").forEach(surveiller);
  const commencer = () => tous(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", commencer);
  else commencer();
  // A line added to a table of the admin.
  document.addEventListener("formset:added", (e) => tous(e.target));
})();
