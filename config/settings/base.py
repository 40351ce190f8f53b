"""Settings shared by every way of running; local, test and production add to them."""

import datetime as dt
from pathlib import Path

import environ

from config.cache import cache_settings
from config.settings.alertes import *  # noqa: F403
from config.settings.api import *  # noqa: F403
from config.settings.connexion import allauth_settings
from config.settings.coop import coop_settings
from config.settings.mentions import mentions_settings
from config.settings.securite import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# The instance -------------------------------------------------------------
# The same software serves any département: nothing in code knows which one.
DEPARTEMENT = env("DEPARTEMENT", default="72")
NOM_SERVICE = env("NOM_SERVICE", default="Conseillers numériques")

SITE_URL = env("SITE_URL", default="http://localhost:8000")

# Coverage: distances in kilometres as the crow flies (contrat/rapports.md, Couverture).
DISTANCES_KM = tuple(env.list("DISTANCES_KM", cast=int, default=[5, 10, 15]))
DISTANCE_NON_DESSERVIE_KM = env.int("DISTANCE_NON_DESSERVIE_KM", default=10)
# « Établi par » and « validé par » must be two people.
DEUX_PERSONNES_POUR_VALIDER = env.bool("DEUX_PERSONNES_POUR_VALIDER", default=False)
# Functional mailbox of the Préfecture, told when a report is transmitted.
COURRIEL_PREFECTURE = env("COURRIEL_PREFECTURE", default="")
vars().update(mentions_settings(env, BASE_DIR))
_coop = coop_settings(env)
COOP_URL: str = _coop["COOP_URL"]
COOP_CLIENT_ID: str = _coop["COOP_CLIENT_ID"]
COOP_CLIENT_SECRET: str = _coop["COOP_CLIENT_SECRET"]
COOP_DEPUIS: dt.date | None = _coop["COOP_DEPUIS"]

# Django -------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # templates of the form fields, under templates/django/forms/
    "pgtrigger",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "territoires",
    "conseillers",
    "permanences",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # What every answer carries, a refusal or a static file included (config/settings/securite.py).
    "config.securite.TellAdresseMiddleware",
    "config.securite.CloseMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.problemes.ProblemeMiddleware",
    "config.securite.RefuseHeavyMiddleware",
    "config.middleware.RefuseNulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressPagesMiddleware",
    "config.problemes.ConditionnelMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Before whoever asks who is there.
    "config.middleware.PourTousMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.limites.LimitMiddleware",
    "config.middleware.SecondFacteurMiddleware",
    "config.middleware.TellJournalMiddleware",
    "config.middleware.TellSecuriteMiddleware",
    "config.middleware.TellCompteMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.instance",
                "config.context.compte",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "conseillers.Utilisateur"
AUTHENTICATION_BACKENDS = ["conseillers.permissions.ComptesOuverts"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accueil"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["courriel", "prenom", "nom"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Asks haveibeenpwned.com for the first five characters of a digest, never for a password. Off by
# default: many servers of a Département may not go out.
if env.bool("MOTS_DE_PASSE_COMPROMIS", default=False):
    AUTH_PASSWORD_VALIDATORS += [
        {"NAME": "pwned_passwords_django.validators.PwnedPasswordsValidator"},
    ]

# Sign-in ------------------------------------------------------------------
# Who cannot go on without a second factor; advisors and employers are offered one.
SECOND_FACTEUR_ROLES = env.list(
    "SECOND_FACTEUR_ROLES", default=["gestionnaire", "direction", "prefecture"]
)
SESSION_TELEPHONE_SECONDES = 14 * 24 * 3600
SESSION_BUREAU_SECONDES = 10 * 3600
# ProConnect is on once these three are given; what it answers is in conseillers.connexion.
PROCONNECT_URL = env("PROCONNECT_URL", default="")
PROCONNECT_CLIENT_ID = env("PROCONNECT_CLIENT_ID", default="")
PROCONNECT_SECRET = env("PROCONNECT_SECRET", default="")
PROCONNECT_ACR_DOUBLE = env.list(
    "PROCONNECT_ACR_DOUBLE",
    default=[
        "eidas2",
        "eidas3",
        "https://proconnect.gouv.fr/assurance/self-asserted-2fa",
        "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
    ],
)
vars().update(
    allauth_settings(
        {
            "server_url": PROCONNECT_URL,
            "client_id": PROCONNECT_CLIENT_ID,
            "secret": PROCONNECT_SECRET,
        }
    )
)

LANGUAGE_CODE = "fr-fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
# Report files: never served by URL, only by a view that checks who asks.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / "media")))

# Backups (docs/sauvegardes.md): public keys of the age format; the private ones are kept elsewhere.
SAUVEGARDE_CLE_PUBLIQUE = env.list("SAUVEGARDE_CLE_PUBLIQUE", default=[])
SAUVEGARDE_DOSSIER = Path(env("SAUVEGARDE_DOSSIER", default=str(BASE_DIR / "sauvegardes")))

# Shared by every process: the counters of the rate limits. CACHE_URL, where it is another Redis.
CACHES = {"default": cache_settings(env("CACHE_URL", default=env("REDIS_URL", default="")))}

# A connection serves many requests: opening one costs as much as a page's queries. Tried before it
# is used again, since PostgreSQL may have been restarted.
CONNEXIONS_GARDEES = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# « Où nous trouver » (docs/ou-nous-trouver.md): its pages are kept for less than a minute; 0 makes
# each one for whoever asks, to measure it.
PAGES_GARDEES = env.bool("PAGES_GARDEES", default=True)

# Celery -------------------------------------------------------------------
# The Rapport row is the truth; a message only carries its id (docs/adr).
CELERY_BROKER_URL = env("REDIS_URL", default="")
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    # Without these two, a lost message comes back only after a minute and a half.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # Closing a month must not hang when Redis is away: the row waits, beat sends it again.
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.2,
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
# Read by config.celery for beat: task -> seconds between runs, or crontab fields (local time).
PLANIFICATION: dict[str, float | dict[str, str]] = {
    "reporting.tasks.sweep_rapports": 15.0,
    "reporting.tasks.sweep_imports": 60.0,
    "permanences.tasks.sweep_imports_coop": 60.0,
    "conseillers.tasks.deliver_waiting_courriels": 60.0,
    "conseillers.tasks.watch_securite": 60.0,
    "reporting.tasks.build_rapports_provisoires": {
        "minute": "0",
        "hour": "5",
        "day_of_month": "1",
    },
    "permanences.tasks.load_vacances": {"minute": "0", "hour": "6", "day_of_month": "1"},
    "reporting.tasks.send_relances": {"minute": "30", "hour": "8", "day_of_week": "1-5"},
    "reporting.tasks.apply_conservation": {"minute": "30", "hour": "3"},
    # The second and third time of a night do nothing once the first succeeded.
    "permanences.tasks.import_coop_de_la_nuit": {"minute": "15", "hour": "2,4,6"},
    "permanences.tasks.sweep_echange_coop": 60.0,
}

DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="ne-pas-repondre@conseillers.invalid")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
