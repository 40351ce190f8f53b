"""What the API reads: JSON, with every unreadable body answered 400."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class RobustJSONParser(JSONParser):
    """Nesting too deep for Python, or a charset that does not exist, is a bad request too."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except (RecursionError, LookupError) as erreur:
            raise ParseError("Ce JSON ne peut pas être lu : vérifiez-le.") from erreur
