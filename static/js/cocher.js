/* « Tout cocher », « Tout décocher »: shown only where a script can do it. */
"use strict";

document.querySelectorAll("[data-cocher]").forEach((groupe) => {
  const boutons = groupe.querySelector("[data-cocher-boutons]");
  const cases = () => groupe.querySelectorAll("input[type=checkbox]:not(:disabled)");
  const tick = (etat) => cases().forEach((une) => { une.checked = etat; });
  boutons.hidden = false;
  groupe.querySelector("[data-tous]").addEventListener("click", () => tick(true));
  groupe.querySelector("[data-aucun]").addEventListener("click", () => tick(false));
});
