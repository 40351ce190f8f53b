"""How django-allauth is told what this service wants of a sign-in."""

from typing import Any


def allauth_settings(proconnect: dict[str, str]) -> dict[str, Any]:
    """`proconnect`: {"server_url", "client_id", "secret"}, empty texts where it is off."""
    formulaires = "conseillers.forms."
    return {
        "ACCOUNT_ADAPTER": "conseillers.connexion.adapters.CompteAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": "courriel",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        # The address is the Département's, and the invitation proves it.
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 900,
        # The validators say the length, with the others.
        "ACCOUNT_PASSWORD_MIN_LENGTH": None,
        # Guesses at one account are counted by account; a whole office may share one address.
        "ACCOUNT_RATE_LIMITS": {
            "login": "60/m/ip",
            "login_failed": "30/m/ip,5/5m/key",
            "reset_password": "20/m/ip,3/10m/key",
            "reset_password_from_key": "20/m/ip",
            "reauthenticate": "10/m/user",
            "change_password": "5/m/user",
        },
        "ACCOUNT_FORMS": {
            "login": formulaires + "ConnexionForm",
            "reset_password": formulaires + "MotDePasseOublieForm",
            "reset_password_from_key": formulaires + "MotDePasseNouveauForm",
            "change_password": formulaires + "MotDePasseForm",
            "reauthenticate": formulaires + "ConfirmationForm",
        },
        "MFA_ADAPTER": "conseillers.connexion.adapters.SecondFacteurAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODE_COUNT": 10,
        "MFA_FORMS": {
            "authenticate": formulaires + "SecondFacteurForm",
            "reauthenticate": formulaires + "ConfirmationCodeForm",
            "activate_totp": formulaires + "ApplicationForm",
            "add_webauthn": formulaires + "CleForm",
            "edit_webauthn": formulaires + "CleNomForm",
        },
        "SOCIALACCOUNT_ADAPTER": "conseillers.connexion.proconnect.RapprochementAdapter",
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
        "SOCIALACCOUNT_LOGIN_ON_GET": True,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_REQUESTS_TIMEOUT": 10,
        "SOCIALACCOUNT_PROVIDERS": _providers(**proconnect),
    }


def _providers(server_url: str, client_id: str, secret: str) -> dict[str, Any]:
    if not client_id:
        return {}
    application = {
        "provider_id": "proconnect",
        "name": "ProConnect",
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": server_url,
            "token_auth_method": "client_secret_post",
            "scope": ["openid", "email"],
            # ProConnect refuses any parameter that it does not list; PKCE is not among them.
            "oauth_pkce_enabled": False,
        },
    }
    return {"openid_connect": {"APPS": [application]}}
