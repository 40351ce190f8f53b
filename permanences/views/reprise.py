"""A page sent after the session ended: sign in again on the spot, and nothing typed is lost."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

from conseillers.connexion.second_facteur import has_one
from conseillers.forms import ConnexionForm
from conseillers.models import Utilisateur
from permanences.views.envois import compte_of

Vue = Callable[..., HttpResponse]
PHRASE_AUTRE_COMPTE = (
    "Ceci a été saisi sous un autre compte\u202f: seul ce compte peut l’envoyer. "
    "Rien n’est enregistré."
)
PHRASE_SECOND_FACTEUR = (
    "Ce compte a un second facteur\u202f: connectez-vous dans un autre onglet, puis revenez ici et "
    "envoyez de nouveau. Ce que vous avez saisi reste sur cette page."
)
PHRASE_FERME = "Ce compte est fermé\u202f: adressez-vous au Département."
HORS_REPONSES = ("csrfmiddlewaretoken", "login", "password")


def keep_typed(vue: Vue) -> Vue:
    """What was posted travels in the sign-in page, then goes where it was going."""

    @login_not_required
    @sensitive_post_parameters("password")
    @wraps(vue)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated and not _is_of_another(request, request.user):
            return vue(request, *args, **kwargs)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        form = ConnexionForm(request.POST if "login" in request.POST else None, request=request)
        if form.is_valid() and _sign_in(request, form):
            return vue(request, *args, **kwargs)
        return render(request, "permanences/reprise.html", _contexte(request, form), status=422)

    # Nobody's page, though it answers a stranger (config.middleware.SecondFacteurMiddleware).
    wrapped.garde_la_saisie = True  # type: ignore[attr-defined]
    return wrapped


def _sign_in(request: HttpRequest, form: ConnexionForm) -> bool:
    """By the same steps as the sign-in page; False, with its reason in the form."""
    if _is_of_another(request, form.user):
        form.add_error(None, PHRASE_AUTRE_COMPTE)
    elif has_one(form.user):
        form.add_error(None, PHRASE_SECOND_FACTEUR)
    else:
        form.login(request)
        if not request.user.is_authenticated:
            form.add_error(None, PHRASE_FERME)
    return form.is_valid()


def _is_of_another(request: HttpRequest, personne: object) -> bool:
    """The page says whose it was: on a shared phone another may be the one who signs in."""
    compte = request.POST.get("compte")
    return bool(compte) and isinstance(personne, Utilisateur) and compte != compte_of(personne)


def _contexte(request: HttpRequest, form: ConnexionForm) -> dict[str, object]:
    reponses = [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        if nom not in HORS_REPONSES
        for valeur in valeurs
    ]
    autre_compte = _is_of_another(request, request.user)
    return {"form": form, "reponses": reponses, "autre_compte": autre_compte}
