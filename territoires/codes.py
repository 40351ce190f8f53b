"""Forms of the official codes: always text, never a number."""

# The national pattern (schema « lieux de médiation numérique », field code_insee).
CODE_INSEE = r"^([013-9]\d|2[AB1-9])\d{3}$"
# Old files still hold the codes that Corsica had before 1976: 20004 is now 2A004.
CODE_INSEE_ANCIEN = r"^(\d{2}|2[AB])\d{3}$"
SIREN = r"^\d{9}$"

CODE_INSEE_INVALIDE = "Un code INSEE a cinq caractères, par exemple 72181 ou 2A004."
SIREN_INVALIDE = "Un numéro SIREN a neuf chiffres, par exemple 247200132."


def departement_of(code_insee: str) -> str:
    """« 72181 » -> « 72 », « 2A004 » -> « 2A », « 97101 » -> « 971 »."""
    return code_insee[: 3 if code_insee.startswith(("97", "98")) else 2]
