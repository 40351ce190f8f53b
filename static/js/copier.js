// « Copier »: the button is there only where it can work.
(() => {
  const dire = document.querySelector("[data-copie]");
  for (const bouton of document.querySelectorAll("[data-copier]")) {
    const champ = document.getElementById(bouton.dataset.copier);
    bouton.hidden = false;
    bouton.addEventListener("click", async () => {
      champ.select();
      try {
        await navigator.clipboard.writeText(champ.value);
        dire.textContent = dire.dataset.copiee || "Adresse copiée.";
      } catch {
        dire.textContent = "Le texte est sélectionné : copiez-le.";
      }
    });
  }
})();
