"""What every template may say of the instance."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from territoires.selectors import departement_de_l_instance


def instance(request: HttpRequest) -> dict[str, Any]:
    return {"nom_service": settings.NOM_SERVICE, "departement": departement_de_l_instance()}
