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
        dire.textContent = "Adresse copiée.";
      } catch {
        dire.textContent = "L’adresse est sélectionnée : copiez-la.";
      }
    });
  }
})();
