#!/usr/bin/env python
import os
import sys
from contextlib import nullcontext


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from territoires.enums import Porte
    from territoires.journal import entree

    commande = " ".join(sys.argv[1:2])
    # A migration's raw SQL is run as it is written: what goes before it would read its « % ».
    dite = nullcontext() if commande == "migrate" else entree(Porte.COMMANDE, commande)
    try:
        with dite:
            execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        cause = str(error).strip().splitlines()[0]
        sys.exit(
            "La base de données ne répond pas : vérifiez qu’elle tourne et la variable "
            f"DATABASE_URL, puis relancez la commande. ({cause})"
        )


if __name__ == "__main__":
    main()
