"""When staff is told that sign-ins are being refused."""

import environ

env = environ.Env()

# So many refused sign-ins in so many minutes, on an account, from an address, in all: an alert.
ALERTE_MINUTES = env.int("ALERTE_MINUTES", default=10)
ALERTE_ECHECS = {
    "compte": env.int("ALERTE_ECHECS_COMPTE", default=10),
    "adresse": env.int("ALERTE_ECHECS_ADRESSE", default=10),
    "ensemble": env.int("ALERTE_ECHECS_ENSEMBLE", default=50),
}
