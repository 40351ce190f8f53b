"""The demonstration: a believable programme of fictitious people on real communes.

Everything is drawn from seeded generators and dated from the day it is made: the same day
gives the same rows. What is fictitious says so: addresses end in `@demo.invalid` (a domain
that can never exist), SIRET numbers begin with seven zeros (no real one does).
"""

from reporting.demo.programme import BaseOccupee, DejaLa, TerritoiresAbsents, seed
from reporting.demo.rapports import RapportImpossible

__all__ = ["BaseOccupee", "DejaLa", "RapportImpossible", "TerritoiresAbsents", "seed"]
