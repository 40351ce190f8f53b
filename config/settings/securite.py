"""What the browser and the strangers are allowed; base, test and production read it."""

import environ
from csp.constants import NONE, SELF

env = environ.Env()

# --- The browser ----------------------------------------------------------------------------
# Nothing from elsewhere, nothing inline; each line is something that a page of ours does.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],  # the phone's queue, the progress of a PDF
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # A form whose answer redirects to another site needs its origin here (ProConnect).
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
if adresse_des_rapports := env("CSP_REPORT_URI", default=""):
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["report-uri"] = [adresse_des_rapports]

# A device gives us nothing but what « Copier » writes and, at sign-in, a passkey.
_REFUSE = (
    "accelerometer autoplay browsing-topics camera clipboard-read display-capture "
    "encrypted-media fullscreen gamepad geolocation gyroscope hid idle-detection local-fonts "
    "magnetometer microphone midi payment picture-in-picture screen-wake-lock serial "
    "storage-access usb window-management xr-spatial-tracking"
)
_NOUS_SEULS = "clipboard-write publickey-credentials-create publickey-credentials-get"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    **{nom: [] for nom in _REFUSE.split()},
    **{nom: ["self"] for nom in _NOUS_SEULS.split()},
}

X_FRAME_OPTIONS = "DENY"
# The sites that may show « Où nous trouver » in a frame of theirs: any, or « https://mairie.fr ».
# The pages made for it alone follow this; every other page refuses all frames.
SITES_INTEGRATEURS = env.list("SITES_INTEGRATEURS", default=["*"])
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # a link in an e-mail, and the return from ProConnect
CSRF_COOKIE_HTTPONLY = True  # the pages carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Who asks, and how often --------------------------------------------------------------------
# How many proxies of ours write X-Forwarded-For in front of the service (config.securite).
RELAIS_DE_CONFIANCE = env.int("RELAIS_DE_CONFIANCE", default=0)
# Route or API -> requests a minute: of an account, of an address for who has none. Wide enough for
# a whole town hall behind one address; `echecs`: addresses that do not exist, whoever guesses them.
LIMITES = {
    "rapports:verifier": 60,
    "rapports:verifier_un_code": 60,
    "permanences:ical_conseiller": 240,
    "permanences:ical_lieu": 240,
    "permanences:lieux_ouverts_csv": 60,
    "permanences:lieux_ouverts_json": 60,
    "rapports:donnees_ouvertes": 60,
    "rapports:chiffres_par_epci": 60,
    "rapports:chiffres_du_departement": 60,
    "rapports:datapackage": 60,
    # Each commune typed is looked for in the database; what is found is kept.
    "permanences:trouver_chercher": 120,
    "permanences:trouver_cadre_chercher": 120,
    "api": 300,
    "jetons": 30,  # refused ones, from one address
    "echecs": 30,
}

# --- What comes in ----------------------------------------------------------------------------
# Uploads and posts stay small: an advisor's form is under 10 kB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# A whole request; the proxy in front of us should refuse the same.
CORPS_MAX = 32 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- What is written down ----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.securite.SansSecrets",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's own would send the whole request by e-mail. Each page drawn is a line of WeasyPrint.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
