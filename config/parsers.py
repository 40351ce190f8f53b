"""What the API reads: JSON, with every unreadable body answered 400."""

from json import JSONDecodeError
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

PHRASE = "Ce JSON ne peut pas être lu : vérifiez-le."


class RobustJSONParser(JSONParser):
    """Nesting too deep for Python, or a charset that does not exist, is a bad request too."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except ParseError as erreur:
            raise ParseError(_where(erreur.__cause__ or erreur.__context__)) from erreur
        except (RecursionError, LookupError) as erreur:
            raise ParseError(PHRASE) from erreur


def _where(cause: BaseException | None) -> str:
    """The place of the first fault, where it is known."""
    if isinstance(cause, JSONDecodeError):
        return f"{PHRASE} La première faute est ligne {cause.lineno}, colonne {cause.colno}."
    return PHRASE
