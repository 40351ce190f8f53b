"""What production demands before it starts: one sentence for each thing that is wrong."""

from collections.abc import Mapping
from urllib.parse import urlsplit

# SITE_URL is printed in reports that last for years: never a default.
REQUIS = ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL"]
# Of our own sources, of examples, of the Internet.
CLES_CONNUES = (
    "demonstration",
    "tests-seulement",
    "django-insecure",
    "changeme",
    "change-me",
    "secret-key",
)
LONGUEUR_CLE, SIGNES_DIFFERENTS = 50, 10
NOUVELLE_CLE = 'python -c "import secrets; print(secrets.token_urlsafe(64))"'


def refusals(env: Mapping[str, str]) -> list[str]:
    """Empty when the service may start. Never repeats a value: it goes to a log."""
    if manquants := [nom for nom in REQUIS if not env.get(nom, "").strip()]:
        return [f"il faut définir {', '.join(manquants)} dans l’environnement."]
    return [
        phrase
        for phrase in (
            _of_key(env["SECRET_KEY"]),
            _of_debug(env.get("DEBUG", "")),
            _of_hosts(env["ALLOWED_HOSTS"]),
            _of_site(env["SITE_URL"], env["ALLOWED_HOSTS"]),
        )
        if phrase
    ]


def _of_key(cle: str) -> str:
    if any(connue in cle.lower() for connue in CLES_CONNUES):
        return f"SECRET_KEY est une clé d’exemple, connue de tous : tirez-en une par {NOUVELLE_CLE}"
    if len(cle) < LONGUEUR_CLE or len({*cle}) < SIGNES_DIFFERENTS:
        return (
            f"SECRET_KEY est trop faible (il faut {LONGUEUR_CLE} signes tirés au hasard) : "
            f"tirez-en une par {NOUVELLE_CLE}"
        )
    return ""


def _of_debug(valeur: str) -> str:
    if valeur.strip().lower() in ("", "0", "false", "off", "no", "non"):
        return ""
    return "DEBUG montrerait les données dans les pages d’erreur : retirez-le de l’environnement."


def _of_hosts(valeur: str) -> str:
    if any(hote.strip().startswith(("*", ".")) for hote in valeur.split(",")):
        return (
            "ALLOWED_HOSTS accepte n’importe quel nom : écrivez les noms exacts du service, sans "
            "« * » ni point au début."
        )
    return ""


def _of_site(adresse: str, hotes: str) -> str:
    lue = urlsplit(adresse)
    if lue.scheme != "https" or not lue.hostname or lue.path.strip("/") or lue.query:
        return "SITE_URL doit être de la forme https://nom.du.service, sans chemin."
    if lue.hostname not in [hote.strip().lower() for hote in hotes.split(",")]:
        return (
            "Le nom de SITE_URL n’est pas dans ALLOWED_HOSTS : les liens des courriels seraient "
            "refusés."
        )
    return ""
