"""Forms of the accounts: django-allauth's, in our words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account import forms as comptes
from allauth.mfa.base import forms as facteurs
from allauth.mfa.totp import forms as applications
from allauth.mfa.webauthn import forms as cles
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from conseillers import tasks
from conseillers.models import JetonApi, Utilisateur
from conseillers.models.jetons import DUREE_MAX_JOURS
from conseillers.permissions import portees_of

LIBELLES = {
    "login": "Courriel",
    "email": "Votre courriel",
    "password": "Mot de passe",
    "oldpassword": "Mot de passe actuel",
    "password1": "Nouveau mot de passe",
    "password2": "Nouveau mot de passe, une seconde fois",
    "code": "Code à six chiffres",
    "name": "Nom de cette clé",
    "passwordless": "Se connecter avec cette clé seule, sans mot de passe",
}
AIDES = {
    "password1": "Douze caractères au moins. Le plus simple : une phrase de plusieurs mots, que "
    "vous n’utilisez nulle part ailleurs.",
    "passwordless": "L’appareil demande alors son code, une empreinte ou un visage.",
    "name": "Pour la reconnaître : « téléphone », « clé du bureau »…",
}
A_LA_MAIN = {"password1": "new-password", "password2": "new-password"}


class EnFrancais:
    """Our labels, and no text inside the fields: it goes away when one types."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for nom, champ in self.fields.items():
            champ.label = LIBELLES.get(nom, champ.label)
            champ.help_text = AIDES.get(nom, "")
            champ.widget.attrs.pop("placeholder", None)
            if nom in A_LA_MAIN:
                champ.widget.attrs["autocomplete"] = A_LA_MAIN[nom]


class ConnexionForm(EnFrancais, comptes.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whatever is typed: an address that is none fails as a wrong one does.
        self.fields["login"] = forms.CharField(
            label=LIBELLES["login"], max_length=254, widget=forms.EmailInput
        )
        self.order_fields(["login", "password"])
        self.fields["login"].widget.attrs |= {
            "autocapitalize": "none",
            "autocomplete": "username webauthn",
            "autofocus": True,
        }

    def clean_login(self) -> str:
        """Accounts are stored in lower case; a phone's keyboard writes « Nom@… »."""
        return super().clean_login().lower()

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> Any:
        """The adapter says how long a session lasts, by role."""
        self._login.redirect_url = redirect_url
        return comptes.flows.login.perform_password_login(
            request, self.user_credentials(), self._login
        )


class MotDePasseOublieForm(EnFrancais, comptes.ResetPasswordForm):
    """The same answer, in the same time, whether the account exists or not: the worker looks."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        tasks.queue_mot_de_passe(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class MotDePasseNouveauForm(EnFrancais, comptes.ResetPasswordKeyForm):
    pass


class MotDePasseForm(EnFrancais, comptes.ChangePasswordForm):
    pass


class ConfirmationForm(EnFrancais, comptes.ReauthenticateForm):
    pass


class _CodeForm(EnFrancais):
    """Six digits of an application, or eight of a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    def clean_code(self) -> str:
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        return super().clean_code()  # type: ignore[misc]


class SecondFacteurForm(_CodeForm, facteurs.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "code"
        ].help_text = "Celui de votre application, ou un code de secours à huit chiffres."


class ConfirmationCodeForm(_CodeForm, facteurs.ReauthenticateForm):
    pass


class ApplicationForm(_CodeForm, applications.ActivateTOTPForm):
    pass


class CleForm(EnFrancais, cles.AddWebAuthnForm):
    pass


class CleNomForm(EnFrancais, cles.EditWebAuthnForm):
    pass


class Tuiles(forms.CheckboxSelectMultiple):
    template_name = "components/widgets/tuiles.html"


class JetonForm(forms.ModelForm):
    """What this role may open, and a last day within the year."""

    portees = forms.MultipleChoiceField(
        label="Ce qu’il ouvre",
        widget=Tuiles,
        help_text="Seulement ce dont le programme a besoin. Il ne verra jamais plus que vous.",
        error_messages={"required": "Choisissez au moins une chose que ce jeton ouvre."},
    )

    class Meta:
        model = JetonApi
        fields = ("nom", "portees", "expire_le")
        widgets = {"expire_le": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        choix = [(portee.value, str(portee.label)) for portee in portees_of(utilisateur)]
        self.fields["portees"].choices = choix  # type: ignore[attr-defined]
        jour = timezone.localdate()
        dernier = jour + dt.timedelta(days=DUREE_MAX_JOURS)
        champ = self.fields["expire_le"]
        champ.initial = jour + dt.timedelta(days=90)
        champ.help_text = f"Un an au plus : jusqu’au {dernier:%d/%m/%Y}."
        champ.widget.attrs |= {"min": f"{jour:%Y-%m-%d}", "max": f"{dernier:%Y-%m-%d}"}

    def clean_expire_le(self) -> dt.date:
        jour, choisi = timezone.localdate(), self.cleaned_data["expire_le"]
        if not jour <= choisi <= jour + dt.timedelta(days=DUREE_MAX_JOURS):
            raise forms.ValidationError("Choisissez un jour entre aujourd’hui et dans un an.")
        return choisi

    def _post_clean(self) -> None:
        """The service judges the row, once it has its account and its secret."""
