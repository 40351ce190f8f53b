"""One machine: the demo (`make demo`) and any manage.py command on its database."""

import sys

from config import local_servers

try:
    # A Redis without the demo's worker would swallow jobs: only a running one is used.
    local_servers.start("demo", with_redis=False)
except local_servers.ServeurIndisponible as erreur:
    sys.exit(str(erreur))

from config.settings.base import *  # noqa: F403
from config.settings.base import CONNEXIONS_GARDEES, env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="demonstration-sans-secret-jamais-en-production")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DATABASES = {"default": env.db("DATABASE_URL") | CONNEXIONS_GARDEES}
# Static files straight from their folders: nothing to collect before a demo.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None

# A demonstration opens without a telephone; SECOND_FACTEUR_ROLES=gestionnaire,prefecture tries it.
SECOND_FACTEUR_ROLES = env.list("SECOND_FACTEUR_ROLES", default=[])
# A passkey on http://localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

# A fictitious mailbox, so that a transmission announces itself.
COURRIEL_PREFECTURE = env("COURRIEL_PREFECTURE", default="boite-prefecture@demo.invalid")
# The fictitious accounts that seed_demo creates and `make demo` announces.
MOT_DE_PASSE_DEMO = "demonstration-2026"
COMPTES_DEMO = {
    "gestionnaire": "gestionnaire@demo.invalid",
    "direction": "direction@demo.invalid",
    "conseiller": "conseiller@demo.invalid",
    # His séances come from La Coop.
    "conseiller_coop": "conseiller-coop@demo.invalid",
    "employeur": "employeur@demo.invalid",
    "prefecture": "prefecture@demo.invalid",
}
