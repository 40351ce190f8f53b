"""A hostile copy: what production forgives, the suite does not."""

import inspect
from pathlib import Path

from django.template.base import Node

from config.cache import cache_settings
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, TEMPLATES, env

DEBUG = False
SECRET_KEY = "tests-seulement"
# Each test would have to prove it: those of the second factor ask for it themselves.
SECOND_FACTEUR_ROLES: list[str] = []
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# The default lets mypy and makemigrations --check read these settings without a server.
DATABASES = {"default": env.db("DATABASE_URL", default="postgresql:///tests?host=/nonexistent")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True

# One process, one cache: emptied after each test (conftest.py).
CACHES = {"default": cache_settings("")}
# Each test reads what it has just written; those of the kept pages turn this on.
PAGES_GARDEES = False

# Jobs run where they are asked for; a test marked `worker` starts a real worker on `redis_url`.
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True


class VariableInconnue(str):
    """Makes an undefined variable fail in the project's templates, and only there.

    Django's own (admin, with what we change of it, and forms) rely on undefined variables
    being empty.
    """

    def __bool__(self) -> bool:
        return _is_ours(_current_template())

    def __contains__(self, _text: object) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        raise AssertionError(f"Variable « {variable} » inconnue dans {_current_template()}")


def _current_template() -> str:
    frame = inspect.currentframe()
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return str(node.origin.name)
        frame = frame.f_back
    return ""


def _is_ours(template: str) -> bool:
    path = Path(template)
    # Below the checkout only: the folder that holds it may be called anything.
    return path.is_relative_to(BASE_DIR) and not {"site-packages", "admin"} & set(
        path.relative_to(BASE_DIR).parts
    )


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = VariableInconnue()
