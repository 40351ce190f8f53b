"""The REST API: who is let in, in what shape it answers, what its schema says of itself."""

from typing import Any

VERSION_API = "1.1.0"

REST_FRAMEWORK: dict[str, Any] = {
    # The first one says « WWW-Authenticate »: who is not known is answered 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "conseillers.api.JetonAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "conseillers.api.PorteeDuJeton",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.RobustJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["config.filtres.Filtres"],
    "DEFAULT_PAGINATION_CLASS": "config.pagination.Curseur",
    "PAGE_SIZE": 100,
    "DEFAULT_THROTTLE_CLASSES": ["config.limites.LimiteApi"],
    "EXCEPTION_HANDLER": "config.problemes.tell_problem",
    "DEFAULT_METADATA_CLASS": "config.metadata.Sobre",
    "DEFAULT_SCHEMA_CLASS": "config.schema.Schema",
    # « ?format= » is no parameter of ours: « Accept » says it.
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "API des conseillers numériques",
    "DESCRIPTION": "Lire les territoires, le plan, l’activité et les rapports ; enregistrer des "
    "séances et dire ce que deviennent les créneaux. Jetons, portées, erreurs et changements : "
    "docs/api.md.",
    "VERSION": VERSION_API,
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "NatureSeance": "permanences.enums.NatureSeance",
        "NatureCreneau": "permanences.enums.NatureCreneau",
        "TypeLieu": "permanences.enums.TypeLieu",
        "TypeEPCI": "territoires.enums.TypeEPCI",
        "TypeRapport": "reporting.enums.TypeRapport",
        "StatutRapport": "reporting.enums.StatutRapport",
        "StatutOccurrence": "permanences.enums.StatutOccurrence",
    },
}
