"""Forms of the accounts."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError

from conseillers.enums import NatureCourriel
from conseillers.services import send_courriel


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

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        """By the one door of the messages: noted, and its link never kept."""
        send_courriel(
            destinataires=[to_email],
            gabarit="mot_de_passe",
            contexte={cle: context[cle] for cle in ("uid", "token")},
            objet=f"{settings.NOM_SERVICE} : choisir un nouveau mot de passe",
            nature=NatureCourriel.MOT_DE_PASSE,
            secret=True,
        )
