"""What gunicorn runs."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

django_application = get_wsgi_application()

from territoires.pdf import preload  # noqa: E402  (needs the settings)

preload()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["CONTENT_TYPE"] = readable_type(environ.get("CONTENT_TYPE", ""))
    return django_application(environ, start_response)


def readable_type(genre: str) -> str:
    """The type of a body, or none when it names another encoding than UTF-8.

    No browser does. Django takes any codec of Python's for an encoding, `hex` too, and fails on
    it, or on an unknown one of RFC 2231 (`charset*=…''…`), while it makes the request: before
    anything of ours could answer.
    """
    charsets = re.findall(r"charset\s*=\s*\"?([^\s;\"]*)", genre, re.IGNORECASE)
    autre = any(charset.lower() not in ("utf-8", "utf8") for charset in charsets)
    return "" if autre or "*" in genre else genre
