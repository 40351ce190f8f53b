/* Small things that several of our scripts draw with. */
"use strict";

self.Ecran = {
  /* An element with its attributes and its children (texts are texts, never HTML). */
  element(nom, attributs = {}, enfants = []) {
    const cree = document.createElement(nom);
    for (const [cle, valeur] of Object.entries(attributs)) cree.setAttribute(cle, valeur);
    cree.append(...enfants);
    return cree;
  },

  /* « 2026-11-23 » -> « lundi 23 novembre ». */
  formatJour(jour) {
    const date = new Date(`${jour}T12:00:00`);
    if (Number.isNaN(date.getTime())) return "date à préciser";
    return new Intl.DateTimeFormat("fr-FR", { weekday: "long", day: "numeric", month: "long" }).format(date);
  },

  /* The day of an instant (ms) in Paris, « 2026-11-23 ». */
  jourDe(instant) {
    return new Intl.DateTimeFormat("fr-CA", { timeZone: "Europe/Paris" }).format(instant);
  },

  /* Today in Paris; a phone whose clock is before its own page is late, and the page is right. */
  ceJour() {
    const etablie = Number(document.documentElement.dataset.etablie || 0) * 1000;
    return self.Ecran.jourDe(Math.max(Date.now(), etablie));
  },

  /* randomUUID exists on secure pages only; the queue needs one everywhere. */
  nouvelleCle() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const octets = crypto.getRandomValues(new Uint8Array(16));
    octets[6] = (octets[6] & 0x0f) | 0x40;
    octets[8] = (octets[8] & 0x3f) | 0x80;
    const hexa = Array.from(octets, (o) => o.toString(16).padStart(2, "0")).join("");
    return hexa.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  },
};
