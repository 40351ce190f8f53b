"""Forms of the accounts."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError


class ConnexionForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "Ce courriel et ce mot de passe ne vont pas ensemble. Vérifiez les deux, "
        "ou demandez un nouveau mot de passe ci-dessous.",
        "inactive": "Ce compte est fermé : adressez-vous au Département.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = "Courriel"
        self.fields["username"].widget.input_type = "email"
        self.fields["username"].widget.attrs["autocapitalize"] = "none"
        self.fields["password"].label = "Mot de passe"

    def clean_username(self) -> str:
        """Accounts are stored in lower case; a phone's keyboard writes « Nom@… »."""
        return self.cleaned_data["username"].strip().lower()

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")


class MotDePasseOublieForm(PasswordResetForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Votre courriel"
