// Says, while one types, what the créneau would do. Without it the next page says the same.
(() => {
  const formulaire = document.querySelector("form[data-verification]");
  if (!formulaire) return;
  const constat = formulaire.querySelector("[data-constat]");
  const PAUSE = 400;
  let attente = 0;
  let demande = null;

  const verifier = async () => {
    if (demande) demande.abort();
    demande = new AbortController();
    const reponses = new URLSearchParams(new FormData(formulaire));
    reponses.delete("csrfmiddlewaretoken");
    try {
      const reponse = await fetch(`${formulaire.dataset.verification}?${reponses}`, {
        signal: demande.signal,
        headers: { "X-Requested-With": "fetch" },
      });
      // A session that ended answers with the sign-in page: nothing to show here.
      if (!reponse.ok || reponse.redirected) return;
      const texte = await reponse.text();
      if (constat.dataset.dit === texte) return;
      constat.dataset.dit = texte;
      constat.innerHTML = texte;
    } catch {
      // No network: the server judges when the form is sent.
    }
  };

  const bientot = () => {
    clearTimeout(attente);
    attente = setTimeout(verifier, PAUSE);
  };
  formulaire.addEventListener("input", bientot);
  formulaire.addEventListener("change", bientot);
})();
