/* Names of the communes, fetched when the field is first reached: few séances ask for one.

   Without them (no network, no script) the name is typed, and the server finds it. */
"use strict";

(() => {
  const liste = document.querySelector("datalist[data-adresse]");
  const champ = liste && document.querySelector(`[list=${liste.id}]`);
  if (!champ) return;
  champ.addEventListener("focus", async () => {
    const reponse = await fetch(liste.dataset.adresse).catch(() => null);
    if (!reponse || !reponse.ok) return;
    const { communes } = await reponse.json();
    liste.replaceChildren(...communes.map((nom) => new Option("", nom)));
  }, { once: true });
})();
