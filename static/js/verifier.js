// Hashes the chosen file here, in the browser, and compares: nothing is ever sent.
(() => {
  const zone = document.querySelector("[data-verification]");
  // Browsers give the hash functions to secure pages only; the page then shows the commands.
  if (!zone || !window.crypto || !window.crypto.subtle) return;
  const resultat = zone.querySelector("[data-resultat]");
  zone.hidden = false;

  const dire = (texte, genre) => {
    resultat.textContent = texte;
    resultat.className = genre ? `message message--${genre}` : "";
  };

  zone.querySelector("input").addEventListener("change", async (evenement) => {
    const fichier = evenement.target.files[0];
    if (!fichier) return dire("", "");
    dire("Calcul de l’empreinte…", "");
    try {
      const octets = await crypto.subtle.digest("SHA-256", await fichier.arrayBuffer());
      const empreinte = Array.from(new Uint8Array(octets), (o) => o.toString(16).padStart(2, "0")).join("");
      const connue = document.querySelector(`[data-sha256="${empreinte}"]`);
      if (!connue) return dire(`Inconnu : ce fichier n’est aucune des versions transmises. Son empreinte : ${empreinte}`, "error");
      return dire(connue.dataset.verdict, connue.dataset.verdict.includes("remplacé") ? "warning" : "success");
    } catch {
      return dire("Ce fichier n’a pas pu être lu. Choisissez-le de nouveau.", "error");
    }
  });
})();
