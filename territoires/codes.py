"""Forms of the official codes: always text, never a number."""

import re

# The national pattern (schema « lieux de médiation numérique », field code_insee).
CODE_INSEE = r"^([013-9]\d|2[AB1-9])\d{3}$"
# Old files still hold the codes that Corsica had before 1976: 20004 is now 2A004.
CODE_INSEE_ANCIEN = r"^(\d{2}|2[AB])\d{3}$"
SIREN = r"^\d{9}$"
# As dialled anywhere in France, overseas départements included.
TELEPHONE = r"^0[1-9][0-9]{8}$"

CODE_INSEE_INVALIDE = "Un code INSEE a cinq caractères, par exemple 72181 ou 2A004."
TELEPHONE_INVALIDE = "Un numéro de téléphone a dix chiffres, par exemple 02 61 91 00 00."
SIREN_INVALIDE = "Un numéro SIREN a neuf chiffres, par exemple 247200132."


def departement_of(code_insee: str) -> str:
    """« 72181 » -> « 72 », « 2A004 » -> « 2A », « 97101 » -> « 971 »."""
    return code_insee[: 3 if code_insee.startswith(("97", "98")) else 2]


def clean_telephone(texte: str) -> str:
    """« +33 (0)2.61.91.00.00 » -> « 0261910000 »; what is no number comes back as it was.

    A spreadsheet that took it for a number gives 261910000: its zero comes back.
    """
    chiffres = re.sub(r"^(\+|00)33", "0", re.sub(r"[\s\u00a0\u202f.()/-]", "", texte))
    chiffres = re.sub(r"^00(?=[1-9])", "0", chiffres)
    if re.fullmatch(r"[1-9][0-9]{8}", chiffres):
        chiffres = f"0{chiffres}"
    return chiffres if re.match(TELEPHONE, chiffres) else texte
