/* Version {{ version }}. The pages of the day without network, and the queue sent in the background. */
"use strict";

importScripts("{{ file }}");

const STATIQUE = "statique-{{ version }}";
const PAGES = "pages";
const FICHIERS = [{% for fichier in fichiers %}"{{ fichier }}", {% endfor %}"/hors-ligne/"];
// Longer, and the page kept on the phone is shown meanwhile.
const PATIENCE = 1000;
const GARDEES = [/^\/aujourdhui\//, /^\/agenda\/((semaine|mois)\/[^/]+\/)?$/, /^\/seances\/$/, /^\/seances\/nouvelle\/$/, /^\/mon-mois\//, /^\/mes-chiffres\//, /^\/envois\/$/];
const PREPAREE = /^\/hors-ligne\/journee\//;
const FORMULAIRE = "/seances/nouvelle/";
const DECONNEXION = "/deconnexion/";
const CONNEXION = "/connexion/";
// Counts the departures: what was asked for before one is not kept after it.
let departs = 0;

self.addEventListener("install", (e) => {
  const garder = async () => {
    const cache = await caches.open(STATIQUE);
    // As nobody: the page « Pas de réseau » is shown to whoever comes.
    const neuf = { cache: "reload", credentials: "omit" };
    await Promise.all(FICHIERS.map(async (f) => cache.put(f, entier(await fetch(f, neuf)))));
    await self.skipWaiting();
  };
  e.waitUntil(garder());
});

/* A server that is being restarted answers too: better the version before than an error kept. */
function entier(reponse) {
  if (reponse.status !== 200) throw new Error(`${reponse.status} ${reponse.url}`);
  return reponse;
}

/* The version before stays: kept pages still ask for its files until they are renewed. */
self.addEventListener("activate", (e) => {
  const ranger = async () => {
    const anciens = (await caches.keys()).filter((nom) => nom.startsWith("statique-") && nom !== STATIQUE);
    await Promise.all(anciens.slice(0, -1).map((nom) => caches.delete(nom)));
    // Written down: the page that is told of the update may be left before it asks for the others.
    if (anciens.length) await (await caches.open(PAGES)).put("/a-renouveler", new Response(STATIQUE));
    await self.clients.claim();
  };
  e.waitUntil(ranger());
});

self.addEventListener("sync", (e) => {
  const tenter = async () => {
    const { arret } = await FileEnvois.envoyerTout();
    // The browser tries again later by itself.
    if (arret === "reseau" || arret === "serveur") throw new Error(arret);
  };
  e.waitUntil(tenter());
});

self.addEventListener("message", (e) => {
  if (e.data.genre === "garder") e.waitUntil(garderLesPages(e.data));
});

self.addEventListener("fetch", (e) => {
  const { pathname, origin, search } = new URL(e.request.url);
  if (origin !== self.location.origin) return;
  if (e.request.method === "POST" && [CONNEXION, DECONNEXION].includes(pathname)) {
    e.respondWith(changer(e.request, pathname === DECONNEXION));
  } else if (e.request.method === "GET" && pathname.startsWith("/static/")) {
    e.respondWith(statique(e.request));
  } else if (e.request.mode === "navigate" && e.request.method === "GET") {
    e.respondWith(page(e, pathname, search));
  }
});

/* Another may come next on this phone: the pages go, the queue stays. A sign-in that fails changes
   nothing. */
async function changer(demande, sortie) {
  if (sortie) await oublierLesPages();
  try {
    const reponse = await fetch(demande);
    if (sortie || reponse.type === "opaqueredirect") await oublierLesPages();
    return reponse;
  } catch {
    return sansReseau();
  }
}

function oublierLesPages() {
  departs += 1;
  return caches.delete(PAGES);
}

const sansReseau = async () => (await caches.match("/hors-ligne/")) || Response.error();

async function statique(demande) {
  const cache = await caches.open(STATIQUE);
  return (await cache.match(demande)) || (await caches.match(demande)) || fetch(demande);
}

const estGardable = (chemin) => [...GARDEES, PREPAREE].some((motif) => motif.test(chemin));

/* The network first, for a second; then what is kept, which the answer renews when it comes. */
async function page(evenement, chemin, question) {
  // A question asked of a page is not kept; the blank form answers any of them (saisie.js).
  const gardable = !question && estGardable(chemin);
  const avant = departs;
  const reseau = fetch(evenement.request).then(reconnaitre);
  const renouvelee = gardable ? reseau.then((r) => garder(chemin, r, { avant })) : reseau;
  evenement.waitUntil(renouvelee.catch(() => null));
  const gardee = gardable || chemin === FORMULAIRE ? await retrouver(chemin) : null;
  const attendue = gardee ? Promise.race([reseau, apres(PATIENCE)]) : reseau;
  try {
    const reponse = await attendue;
    if (reponse && (!gardee || estDeNous(reponse))) return reponse;
    if (!reponse) evenement.waitUntil(renouvelee.then((neuve) => neuve && annoncer(chemin), () => null));
  } catch {
    if (!gardee) return sansReseau();
  }
  return gardee;
}

/* A redirection (to sign in) is ours; a broken server or a hall's own page is worth less than what
   is kept. */
const estDeNous = (reponse) => reponse.type === "opaqueredirect" || (reponse.status < 500 && reponse.headers.has("X-Compte"));

const apres = (ms) => new Promise((tenir) => { setTimeout(() => tenir(null), ms); });

/* Whatever way somebody else came in, the pages of before go. */
async function reconnaitre(reponse) {
  const compte = reponse.headers.get("X-Compte");
  const connu = compte && (await caches.match("/compte-garde", { cacheName: PAGES }));
  if (connu && (await connu.text()) !== compte) await oublierLesPages();
  return reponse;
}

/* Kept only when it is one of our pages, for the account whose pages are kept. */
async function garder(chemin, reponse, { compte, avant }) {
  const proprietaire = reponse.headers.get("X-Compte");
  if (reponse.status !== 200 || reponse.redirected || !proprietaire || (compte && compte !== proprietaire)) return false;
  // It says « Séance supprimée. » or the like, once.
  if (reponse.headers.has("X-Ephemere")) return false;
  const copie = reponse.clone();
  const cache = await caches.open(PAGES);
  if (avant !== departs) return false;
  await cache.put("/compte-garde", new Response(proprietaire));
  await cache.put(chemin, copie);
  return true;
}

/* « 2026-11-25 » -> « 2026-11-23 ». */
function lundiDe(jour) {
  const date = new Date(`${jour}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

/* « Aujourd’hui » of another day is the page prepared for this day; so is the week of the agenda. */
async function retrouver(chemin) {
  const cache = await caches.open(PAGES);
  const jour = new Intl.DateTimeFormat("fr-CA", { timeZone: "Europe/Paris" }).format(new Date());
  const gardee = await cache.match(chemin);
  if (chemin === "/agenda/") {
    const lundi = lundiDe(jour);
    if (gardee && lundiDe(gardee.headers.get("X-Jour")) === lundi) return gardee;
    return (await cache.match(`/agenda/semaine/${lundi}/`)) || null;
  }
  if (chemin === "/aujourdhui/") {
    if (gardee && gardee.headers.get("X-Jour") === jour) return gardee;
    return (await cache.match(`/hors-ligne/journee/${jour}/`)) || null;
  }
  const prevue = /^\/aujourdhui\/(.+)\/$/.exec(chemin);
  return gardee || (prevue && (await cache.match(`/hors-ligne/journee/${prevue[1]}/`))) || null;
}

async function annoncer(chemin) {
  for (const client of await self.clients.matchAll({ type: "window" })) {
    client.postMessage({ genre: "neuve", chemin });
  }
}

async function garderLesPages({ pages, compte, annonce, tout }) {
  for (const adresse of pages.filter(estGardable)) {
    const avant = departs;
    try {
      // Never followed to the sign-in: somebody may be in the middle of it, with a key in hand.
      const reponse = await reconnaitre(await fetch(adresse, { credentials: "same-origin", redirect: "manual" }));
      if (reponse.type === "opaqueredirect") return;
      if ((await garder(adresse, reponse, { compte, avant })) && annonce) await annoncer(adresse);
    } catch {
      return;
    }
  }
  if (tout) await (await caches.open(PAGES)).delete("/a-renouveler");
}
