/* Keys: the buttons appear where the browser knows them, and a refusal is said in French.
   Works with what the page holds: [data-cle-acces], [data-cle-erreur]. */
"use strict";

(() => {
  const PHRASES = {
    NotAllowedError: "La clé n’a pas été donnée à temps, ou vous avez renoncé. Recommencez quand vous êtes prêt.",
    InvalidStateError: "Cette clé est déjà ajoutée à votre compte.",
    NotSupportedError: "Cet appareil ne sait pas faire cette clé : essayez sans « clé seule », ou avec une application de codes.",
    SecurityError: "Cette adresse ne permet pas les clés d’accès : ouvrez le service à son adresse habituelle.",
  };
  const connues = Boolean(self.PublicKeyCredential);

  document.querySelectorAll("[data-cle-acces]").forEach((zone) => { zone.hidden = !connues; });

  function dire(phrase) {
    const zone = document.querySelector("[data-cle-erreur]");
    zone.hidden = false;
    zone.textContent = phrase;
  }

  document.addEventListener("allauth.error", (e) => {
    e.preventDefault();
    const { exception } = e.detail;
    dire(PHRASES[exception?.name] || "La clé d’accès n’a pas pu servir. Réessayez, ou connectez-vous autrement.");
  });
})();
