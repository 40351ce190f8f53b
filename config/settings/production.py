"""A public server. Starts only when told everything; see docs for a worked example."""

import os
import sys

from config.settings.base import *  # noqa: F403
from config.settings.base import CONNEXIONS_GARDEES, env
from config.settings.exigences import refusals

if refus := refusals(os.environ):
    sys.exit("\n".join(["Le service ne peut pas démarrer :", *refus]))

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
# The former ones: second factors are still read with them (docs/securite.md).
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{hote}" for hote in ALLOWED_HOSTS]
DATABASES = {"default": env.db("DATABASE_URL") | CONNEXIONS_GARDEES}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# TLS ends at the reverse proxy, which sets this header and removes a visitor's own.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
RELAIS_DE_CONFIANCE = env.int("RELAIS_DE_CONFIANCE", default=1)
SECURE_SSL_REDIRECT = True
# Refused there, not redirected: a token would have been sent in the clear (config.problemes).
SECURE_REDIRECT_EXEMPT = [r"^api/v1/"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDES", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# `__Host-`: no other site of the same domain, and no page over http, can set these two.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
