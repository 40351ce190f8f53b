"""French addresses for django-allauth's pages, which find each other by its own names.

Only those that this service wants: nobody signs up, nobody changes an address alone.
"""

from allauth.account import views as comptes
from allauth.mfa.base import views as facteurs
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as applications
from allauth.mfa.webauthn import views as cles
from django.urls import include, path, re_path, reverse_lazy

from conseillers import views
from conseillers.connexion import jetons

connexion = [
    path("", comptes.login, name="account_login"),
    path("second-facteur/", facteurs.authenticate, name="mfa_authenticate"),
    path("cle/", cles.login_webauthn, name="mfa_login_webauthn"),
    path("compte-ferme/", comptes.account_inactive, name="account_inactive"),
]
second_facteur = [
    path("", views.SecondFacteur.as_view(), name="mfa_index"),
    path("application/", views.ApplicationDeCodes.as_view(), name="mfa_activate_totp"),
    path("application/retirer/", applications.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/telecharger/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("cles/ajouter/", views.CleNouvelle.as_view(), name="mfa_add_webauthn"),
    path(
        "cles/<int:pk>/retirer/",
        cles.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index")),
        name="mfa_remove_webauthn",
    ),
    path(
        "cles/<int:pk>/renommer/",
        cles.EditWebAuthnView.as_view(success_url=reverse_lazy("mfa_index")),
        name="mfa_edit_webauthn",
    ),
]
mot_de_passe_oublie = [
    path("", comptes.password_reset, name="account_reset_password"),
    path("envoye/", comptes.password_reset_done, name="account_reset_password_done"),
    path(
        "choisi/",
        comptes.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        comptes.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
compte = [
    path("", views.Compte.as_view(), name="compte"),
    path("mot-de-passe/", comptes.password_change, name="account_change_password"),
    path("confirmer/", comptes.reauthenticate, name="account_reauthenticate"),
    path("confirmer/code/", facteurs.reauthenticate, name="mfa_reauthenticate"),
    path("confirmer/cle/", cles.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-facteur/", include(second_facteur)),
    path("sessions/", views.Sessions.as_view(), name="usersessions_list"),
    path("jetons/", jetons.jetons, name="jetons"),
    path("jetons/nouveau/", jetons.jeton_nouveau, name="jeton_nouveau"),
    path("jetons/<int:pk>/revoquer/", jetons.jeton_revoquer, name="jeton_revoquer"),
]
urlpatterns = [
    path("connexion/", include(connexion)),
    path("deconnexion/", views.deconnexion, name="account_logout"),
    path("proconnect/connexion/", views.proconnect_connexion, name="proconnect_connexion"),
    path("proconnect/retour/", views.proconnect_retour, name="proconnect_retour"),
    path("proconnect/fin/", views.proconnect_fin, name="proconnect_fin"),
    path("compte/", include(compte)),
    path("mot-de-passe-oublie/", include(mot_de_passe_oublie)),
]
