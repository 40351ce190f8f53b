"""What a phone's queue sends: the same addresses as the pages, answered in JSON.

The queue (static/js/file.js) marks its requests with the header `X-Envoi` and names the account
they were typed under. Every answer of ours bears `X-Envoi` too: the sign-in page of a village
hall's network, which answers 200 to everything, is not taken for us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from conseillers.enums import Role
from conseillers.models import Utilisateur
from conseillers.permissions import has_role
from permanences.models import Seance

Vue = Callable[..., HttpResponse]

ENTETE = "X-Envoi"
ENREGISTREE, EN_ATTENTE, HORS_DELAI, SUPPRIMEE = (
    "enregistree",
    "en_attente",
    "hors_delai",
    "supprimee",
)
PHRASES = {
    ENREGISTREE: "Séance enregistrée.",
    EN_ATTENTE: "Séance gardée « en attente de rattachement » : aucun poste ne vous est affecté ce "
    "jour-là. Le Département la rattachera ; elle sera alors comptée.",
    HORS_DELAI: "Séance gardée « hors délai » : son mois est clos. Elle ne change pas le rapport "
    "transmis et figurera comme régularisation dans le suivant.",
    SUPPRIMEE: "Cette séance a été supprimée depuis : elle n’est pas comptée.",
}

PHRASE_DEUX_SOURCES = (
    "Vos séances de ce jour viennent de La Coop : si vous l’y avez notée aussi, les deux vous "
    "seront montrées, pour n’en garder qu’une."
)
PHRASE_INCONNU = (
    "Ce créneau n’existe plus, ou n’est plus celui de votre poste ce jour-là : rien n’a été noté."
)


def is_envoi(request: HttpRequest) -> bool:
    return ENTETE in request.headers


def compte_of(utilisateur: Utilisateur) -> str:
    """What the phone files its entries under.

    No secret: it tells accounts apart, and gives access to nothing. It must never change, not
    even with SECRET_KEY: what waits under the former one would wait for ever.
    """
    return hashlib.sha256(f"permanences.envois {utilisateur.pk}".encode()).hexdigest()[:20]


def answer(contenu: dict[str, Any], status: int = 200) -> JsonResponse:
    reponse = JsonResponse(contenu, status=status)
    reponse[ENTETE] = "1"
    reponse["Cache-Control"] = "no-store"
    return reponse


def etat_of(seance: Seance) -> str:
    if seance.supprimee_le:
        return SUPPRIMEE
    if seance.en_attente:
        return EN_ATTENTE
    return HORS_DELAI if seance.hors_delai else ENREGISTREE


def phrase_of(seance: Seance) -> str:
    """What became of it, and what to expect where La Coop brings that day's séances too."""
    phrase = PHRASES[etat_of(seance)]
    return f"{phrase} {PHRASE_DEUX_SOURCES}" if seance.deux_sources else phrase


def answer_seance(seance: Seance) -> JsonResponse:
    etat = etat_of(seance)
    adresse = reverse("permanences:seance", args=[seance.cle])
    return answer({"etat": etat, "message": phrase_of(seance), "adresse": adresse})


def answer_form(form: Form) -> JsonResponse:
    """422 with each refusal: {"erreurs": [{"champ", "id", "nom", "messages"}]}."""
    erreurs = []
    for champ, messages in form.errors.items():
        lie = form[champ] if champ != NON_FIELD_ERRORS and champ in form.fields else None
        erreurs.append(
            {
                "champ": champ if lie else "",
                "id": (lie.id_for_label or lie.auto_id) if lie else "",
                "nom": lie.label if lie else "",
                "messages": list(messages),
            }
        )
    return answer({"erreurs": erreurs}, 422)


def answer_refus(refus: ValidationError) -> JsonResponse:
    return answer(
        {"erreurs": [{"champ": "", "id": "", "nom": "", "messages": refus.messages}]}, 422
    )


def accepts_envoi(vue: Vue) -> Vue:
    """Refuse in JSON what the queue sends without a session (401) or under another one (409)."""

    @login_not_required
    @wraps(vue)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_envoi(request):
            if request.user.is_authenticated or _signs_in_itself(vue):
                return vue(request, *args, **kwargs)
            return redirect_to_login(request.get_full_path())
        if not has_role(request.user, Role.CONSEILLER):
            return answer({"etat": "connexion"}, 401)
        assert isinstance(request.user, Utilisateur)
        if request.headers[ENTETE] != compte_of(request.user):
            return answer({"etat": "autre_compte"}, 409)
        try:
            return vue(request, *args, **kwargs)
        except Http404:
            return answer_refus(ValidationError(PHRASE_INCONNU))

    return wrapped


def _signs_in_itself(vue: Vue) -> bool:
    """`keep_typed` has its own answer to a page sent after the session ended."""
    return not getattr(vue, "login_required", True)
