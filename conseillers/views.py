"""Accounts: sign in and out, passwords."""

from django.contrib.auth import views
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy
from django.views.generic import TemplateView

from conseillers.forms import ConnexionForm, MotDePasseOublieForm


class Connexion(views.LoginView):
    form_class = ConnexionForm
    template_name = "registration/connexion.html"
    redirect_authenticated_user = True


class Deconnexion(views.LogoutView):
    http_method_names = ["post", "options"]


class Compte(TemplateView):
    template_name = "registration/compte.html"


class MotDePasse(SuccessMessageMixin, views.PasswordChangeView):
    template_name = "registration/mot_de_passe.html"
    success_url = reverse_lazy("compte")
    success_message = "Votre mot de passe est changé."


class MotDePasseOublie(views.PasswordResetView):
    """The answer is the same whether the account exists or not."""

    form_class = MotDePasseOublieForm
    template_name = "registration/mot_de_passe_oublie.html"
    success_url = reverse_lazy("mot_de_passe_envoye")


class MotDePasseEnvoye(views.PasswordResetDoneView):
    template_name = "registration/mot_de_passe_envoye.html"


class MotDePasseNouveau(SuccessMessageMixin, views.PasswordResetConfirmView):
    template_name = "registration/mot_de_passe_nouveau.html"
    success_url = reverse_lazy("connexion")
    success_message = "Votre mot de passe est changé : connectez-vous."
