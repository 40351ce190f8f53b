"""The version printed in each report tells the truth: another look has another number."""

import json

from reporting.selectors import GABARIT
from reporting.tests.gabarits import FICHIER, empreintes_du_jour

MARCHE = (
    "The look of {} is not the one recorded for layout {}: raise GABARIT in "
    "reporting/selectors/donnees.py if that layout has printed transmitted reports, then record "
    "it with `.venv/bin/python -m reporting.tests.gabarits`."
)


def test_the_look_is_that_of_the_version_printed():
    connues = json.loads(FICHIER.read_text()).get(GABARIT, {})
    autres = [nom for nom, sha in empreintes_du_jour().items() if connues.get(nom) != sha]
    assert not autres, MARCHE.format(", ".join(autres), GABARIT)
