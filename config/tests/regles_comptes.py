"""The access rules of the accounts' own pages: sign-in, password, second factor, sessions."""

from __future__ import annotations

from config.tests.vocabulaire import Regle, pour, tous

_ENTREE = pour("redirige", sans_compte="ok")

COMPTES: dict[str, Regle] = {
    # --- Accounts
    "accueil": Regle(pour("redirige"), pour("redirige")),
    "account_login": Regle(_ENTREE, _ENTREE),
    "account_logout": Regle(tous("methode"), tous("connexion")),
    "account_inactive": Regle(tous("ok"), tous("methode")),
    "compte": Regle(pour("ok"), pour("methode")),
    "account_change_password": Regle(pour("ok"), pour("ok")),
    "account_reauthenticate": Regle(pour("ok"), pour("ok")),
    # Nobody of the cast has a second factor: the password is asked instead.
    "mfa_reauthenticate": Regle(pour("redirige"), pour("redirige")),
    "mfa_reauthenticate_webauthn": Regle(pour("redirige"), pour("redirige")),
    "usersessions_list": Regle(pour("ok"), pour("redirige")),
    # Making one asks for the password again; the example is the gestionnaire's.
    "jetons": Regle(pour("ok"), pour("methode")),
    "jeton_nouveau": Regle(pour("redirige"), pour("redirige")),
    "jeton_revoquer": Regle(
        pour("absent", gestionnaire="ok"), pour("absent", gestionnaire="redirige"), ("jetonapi",)
    ),
    "account_reset_password": Regle(tous("ok"), tous("ok")),
    "account_reset_password_done": Regle(tous("ok"), tous("methode")),
    "account_reset_password_from_key": Regle(tous("ok"), tous("ok"), ("jeton_uid", "jeton")),
    "account_reset_password_from_key_done": Regle(tous("ok"), tous("methode")),
    # --- Second factor: one's own; setting it up asks for the password again
    "mfa_authenticate": Regle(pour("redirige"), pour("redirige")),
    "mfa_login_webauthn": Regle(pour("redirige"), pour("redirige")),
    "mfa_index": Regle(pour("ok"), pour("methode")),
    "mfa_activate_totp": Regle(pour("redirige"), pour("redirige")),
    "mfa_deactivate_totp": Regle(pour("absent"), pour("absent")),
    "mfa_view_recovery_codes": Regle(pour("absent"), pour("methode")),
    "mfa_generate_recovery_codes": Regle(pour("redirige"), pour("redirige")),
    "mfa_download_recovery_codes": Regle(pour("absent"), pour("absent")),
    "mfa_add_webauthn": Regle(pour("redirige"), pour("redirige")),
    "mfa_remove_webauthn": Regle(pour("redirige"), pour("redirige"), ("un",)),
    "mfa_edit_webauthn": Regle(pour("redirige"), pour("redirige"), ("un",)),
    # --- ProConnect, off in this suite but where its own tests switch it on
    "proconnect_connexion": Regle(tous("absent"), tous("methode")),
    "proconnect_retour": Regle(tous("absent"), tous("methode")),
    "proconnect_fin": Regle(tous("connexion"), tous("methode")),
}
