"""What the journal of security takes for an address, and when staff is told of refusals."""

import environ

env = environ.Env()

# Trusted proxies that write X-Forwarded-For: what the journal of security takes for an address.
RELAIS_DE_CONFIANCE = env.int("RELAIS_DE_CONFIANCE", default=0)
# So many refused sign-ins in so many minutes, on an account, from an address, in all: an alert.
ALERTE_MINUTES = env.int("ALERTE_MINUTES", default=10)
ALERTE_ECHECS = {
    "compte": env.int("ALERTE_ECHECS_COMPTE", default=10),
    "adresse": env.int("ALERTE_ECHECS_ADRESSE", default=10),
    "ensemble": env.int("ALERTE_ECHECS_ENSEMBLE", default=50),
}
