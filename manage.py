#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from territoires.enums import Porte
    from territoires.journal import entree

    try:
        with entree(Porte.COMMANDE, " ".join(sys.argv[1:2])):
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
