/* The queue of what was typed on this phone and not yet received by the server.

   Loaded by the pages and by the service worker. Everything waits in IndexedDB, filed under the
   account that typed it, and goes to the address of its form with a key of its own (`cle`): sent
   twice, it is one row. An entry leaves the phone only when the server has said that it holds it.

   An entry: {cle, compte, adresse, corps, resume, jour, cree_le, etat, essais, erreurs}
     etat     « a_envoyer » or « refusee » (then `erreurs`, as the server wrote them)
     corps    the form's answers, as a browser would post them, without the token
     essais   how many times it left: 0 means that the server has never seen it
   What the server has received is kept two days (`recues`) to be told and to be done again. */
"use strict";

const FileEnvois = (() => {
  const BASE = "envois";
  const SILENCE = 30000; // ms without an answer
  const OUVERTURE = 4000; // ms: some browsers never answer, neither yes nor no
  const TOUR = 180000; // ms: a tab put to sleep may hold the lock for ever
  const DEUX_JOURS = 2 * 24 * 3600 * 1000;
  const ESSAIS_AVANT_DE_PASSER = 3;
  const VERROU = "envois";
  const INCONNUES = [400, 404, 405, 410];
  const canal = self.BroadcastChannel ? new BroadcastChannel(BASE) : null;

  // --- IndexedDB -------------------------------------------------------------------------

  function promesse(demande) {
    return new Promise((tenir, rompre) => {
      demande.onsuccess = () => tenir(demande.result);
      demande.onerror = () => rompre(demande.error);
    });
  }

  /* Rejects after a while: AbortSignal.timeout, for browsers that do not know it. */
  function signalApres(ms) {
    const arret = new AbortController();
    setTimeout(() => arret.abort(), ms);
    return arret.signal;
  }

  /* Later versions may only add: what waits on a phone outlives every update. */
  function creer(base, ancienne) {
    if (ancienne < 1) {
      for (const nom of ["attente", "recues"]) {
        base.createObjectStore(nom, { keyPath: "cle" }).createIndex("compte", "compte");
      }
    }
  }

  let ouverture = null;
  function ouvrir() {
    ouverture = ouverture || new Promise((tenir, rompre) => {
      setTimeout(() => rompre(new Error("silence")), OUVERTURE);
      // Whatever its version: a page of before an update still gives what it holds.
      const demande = self.indexedDB.open(BASE);
      demande.onupgradeneeded = (e) => creer(demande.result, e.oldVersion);
      demande.onblocked = () => rompre(new Error("blocked"));
      demande.onerror = () => rompre(demande.error);
      demande.onsuccess = () => {
        demande.result.onclose = () => { ouverture = null; };
        demande.result.onversionchange = () => { demande.result.close(); ouverture = null; };
        tenir(demande.result);
      };
    }).catch((erreur) => { ouverture = null; throw erreur; });
    return ouverture;
  }

  /* The browser may have closed the base without a word: it is opened once more. */
  async function transaction(noms, ...mode) {
    try {
      return (await ouvrir()).transaction(noms, ...mode);
    } catch (erreur) {
      if (!erreur || erreur.name !== "InvalidStateError") throw erreur;
      ouverture = null;
      return (await ouvrir()).transaction(noms, ...mode);
    }
  }

  /* Done when it is on the disk, not when it is asked: a flat battery must lose nothing. */
  async function ecrire(noms, travail) {
    const ecriture = await transaction(noms, "readwrite", { durability: "strict" });
    const fini = new Promise((tenir, rompre) => {
      ecriture.oncomplete = tenir;
      ecriture.onabort = ecriture.onerror = () => rompre(ecriture.error);
    });
    fini.catch(() => null); // said below, or by what `travail` throws
    const resultat = await travail(...noms.map((nom) => ecriture.objectStore(nom)));
    await fini;
    prevenir();
    return resultat;
  }

  async function lire(nom, travail) {
    return promesse(travail((await transaction(nom)).objectStore(nom)));
  }

  function prevenir() {
    if (canal) canal.postMessage("change");
  }

  async function tous(nom, compte) {
    const trouves = await lire(nom, (magasin) => magasin.index("compte").getAll(compte));
    return trouves.sort((a, b) => (a.cree_le < b.cree_le ? -1 : 1));
  }

  const attente = (compte) => tous("attente", compte);
  const recues = async (compte) => (await tous("recues", compte)).reverse();
  const trouver = async (cle) => (await lire("attente", (m) => m.get(cle))) || lire("recues", (m) => m.get(cle));

  /* Once it has left, the server may hold it: it is corrected or deleted there, not here. */
  const estPartie = (entree) => Boolean(entree && entree.etat === "a_envoyer" && entree.essais);

  /* False when it has left meanwhile: what is on the phone did not change. */
  function ajouter(entree) {
    return ecrire(["attente", "recues"], async (magasin, parties) => {
      const connue = await promesse(magasin.get(entree.cle));
      if (estPartie(connue) || (await promesse(parties.get(entree.cle)))) return false;
      const cree_le = connue ? connue.cree_le : apres(await promesse(magasin.getAll()));
      magasin.put({ ...entree, cree_le, etat: "a_envoyer", essais: 0, erreurs: [] });
      return true;
    });
  }

  /* Now, and after all that waits: a clock set back must not change the order. */
  function apres(entrees) {
    const derniere = entrees.map((e) => e.cree_le).sort().pop();
    const maintenant = new Date().toISOString();
    return derniere && derniere >= maintenant ? new Date(Date.parse(derniere) + 1).toISOString() : maintenant;
  }

  function retirer(cle) {
    return ecrire(["attente"], async (magasin) => {
      const entree = await promesse(magasin.get(cle));
      if (!entree || estPartie(entree)) return false;
      magasin.delete(cle);
      return true;
    });
  }

  /* As it is now, marked as sent once more; null when it was thrown away or refused meanwhile. */
  function prendre(cle) {
    return ecrire(["attente"], async (magasin) => {
      const entree = await promesse(magasin.get(cle));
      if (!entree || entree.etat !== "a_envoyer") return null;
      const prise = { ...entree, essais: entree.essais + 1 };
      magasin.put(prise);
      return prise;
    });
  }

  /* What a phone says of its room, before anything is typed: "", « plein » or « impossible ». */
  async function eprouver() {
    try {
      const cle = `essai-${Math.random()}`;
      await ecrire(["attente"], (m) => { m.put({ cle, compte: "", cree_le: "" }); m.delete(cle); });
    } catch (erreur) {
      return erreur && erreur.name === "QuotaExceededError" ? "plein" : "impossible";
    }
    if (!navigator.storage || !navigator.storage.estimate) return "";
    const { quota, usage } = await navigator.storage.estimate();
    return quota && quota - usage < 2e6 ? "plein" : "";
  }

  // --- Sending ---------------------------------------------------------------------------

  class Arret extends Error {}

  async function demander(adresse, options) {
    let reponse;
    try {
      const signal = signalApres(SILENCE);
      reponse = await fetch(adresse, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal, ...options });
    } catch {
      throw new Arret("reseau");
    }
    if (reponse.status >= 500) throw new Arret("serveur");
    if (reponse.status === 403) throw new Arret("jeton");
    // Neither ours nor an answer: a village hall's sign-in page, a proxy.
    if (!reponse.headers.get("X-Envoi")) throw new Arret("reseau");
    // Ours, but no view of ours: an address that the service no longer knows.
    if (INCONNUES.includes(reponse.status)) return { status: reponse.status, contenu: {} };
    try {
      return { status: reponse.status, contenu: await reponse.json() };
    } catch {
      throw new Arret("reseau");
    }
  }

  async function session() {
    const { status, contenu } = await demander("/hors-ligne/etat/", {});
    if (status !== 200) throw new Arret("connexion");
    return contenu;
  }

  async function envoyer(entree, { compte, jeton }) {
    const { status, contenu } = await demander(entree.adresse, {
      method: "POST",
      body: entree.corps,
      headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": jeton, "X-Envoi": compte },
    });
    if (status === 401 || status === 409) throw new Arret("connexion");
    if (status === 200 || status === 201) {
      const recue = { ...entree, ...contenu, recu_le: new Date().toISOString() };
      return ecrire(["attente", "recues"], (a, r) => { a.delete(entree.cle); r.put(recue); });
    }
    const erreurs = contenu.erreurs || [{ champ: "", messages: ["Le serveur a refusé cet envoi sans dire pourquoi."] }];
    return ecrire(["attente"], async (m) => {
      // Corrected meanwhile (two tabs, a browser without locks): the refusal was of the former.
      const actuelle = await promesse(m.get(entree.cle));
      if (actuelle && actuelle.corps === entree.corps) m.put({ ...actuelle, etat: "refusee", erreurs });
    });
  }

  /* What must stay in order: the acts on one créneau on one day. A séance depends on nothing. */
  const suite = (entree) => (entree.genre === "acte" ? entree.adresse.replace(/[^/]+\/$/, "") : entree.cle);

  /* In the order in which they were typed. One that fails again and again, whatever the reason,
     lets the others pass; it stays and is tried at each turn. */
  async function vider() {
    const ouverte = await session();
    let arret = null;
    const retenues = new Set();
    for (const vue of await attente(ouverte.compte)) {
      const entree = retenues.has(suite(vue)) ? null : await prendre(vue.cle);
      if (!entree) continue;
      try {
        await envoyer(entree, ouverte);
      } catch (erreur) {
        if (!(erreur instanceof Arret)) throw erreur;
        arret = erreur.message;
        if (arret === "connexion" || entree.essais < ESSAIS_AVANT_DE_PASSER) break;
        retenues.add(suite(entree));
      }
    }
    await oublier();
    return { ...ouverte, arret };
  }

  /* Everybody's: an advisor may never come back to this phone. */
  async function oublier() {
    const avant = new Date(Date.now() - DEUX_JOURS).toISOString();
    const vieilles = (await lire("recues", (m) => m.getAll())).filter((r) => r.recu_le < avant);
    if (vieilles.length) await ecrire(["recues"], (m) => vieilles.forEach((r) => m.delete(r.cle)));
  }

  /* One sender at a time, whatever the number of tabs: {arret: null} when all was tried, else
     « reseau », « serveur », « connexion » (sign in first) or « jeton ». */
  async function envoyerTout() {
    const travail = async () => {
      try {
        return await vider();
      } catch (erreur) {
        if (erreur instanceof Arret) return { arret: erreur.message };
        throw erreur;
      }
    };
    const resultat = await chacunSonTour(travail);
    prevenir();
    return resultat;
  }

  /* Without the lock, the same entry may leave twice: the server makes one row of it. */
  async function chacunSonTour(travail) {
    if (!navigator.locks) return travail();
    let commence = false;
    try {
      return await navigator.locks.request(VERROU, { signal: signalApres(TOUR) }, () => { commence = true; return travail(); });
    } catch (erreur) {
      if (commence || erreur.name !== "AbortError") throw erreur;
      return travail();
    }
  }

  return { ajouter, attente, recues, trouver, retirer, eprouver, envoyerTout, canal };
})();
self.FileEnvois = FileEnvois;
