"""Acts on the accounts and on the money. One act, one function, one transaction."""

from conseillers.services.comptes import PHRASE_DERNIER_GESTIONNAIRE, delete_compte, save_compte

__all__ = ["PHRASE_DERNIER_GESTIONNAIRE", "delete_compte", "save_compte"]
