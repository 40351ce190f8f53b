"""« Mes jetons d’API »: made after one has confirmed who one is, shown once, revoked at will."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conseillers.connexion.second_facteur import has_one, is_proven
from conseillers.forms import JetonForm
from conseillers.models import JetonApi
from conseillers.recepteurs import origin_of
from conseillers.services import create_jeton, revoke_jeton


@require_safe
def jetons(request: HttpRequest) -> HttpResponse:
    miens = JetonApi.objects.filter(utilisateur=request.user)
    valables = [jeton for jeton in miens if jeton.est_valable]
    passes = [jeton for jeton in miens if not jeton.est_valable]
    return render(
        request, "conseillers/jetons/liste.html", {"valables": valables, "passes": passes}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
@never_cache
def jeton_nouveau(request: HttpRequest) -> HttpResponse:
    """The token is on the answer itself: nothing keeps it for another page to show."""
    if has_one(request.user) and not is_proven(request):
        suite = urlencode({"next": reverse("jeton_nouveau")})
        return redirect(f"{reverse('mfa_reauthenticate')}?{suite}")
    form = JetonForm(request.POST or None, utilisateur=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            jeton, clair = create_jeton(
                utilisateur=request.user, **form.cleaned_data, **origin_of(request)
            )
        except ValidationError as refus:
            form.add_error(None, refus)
        else:
            return render(request, "conseillers/jetons/cree.html", {"jeton": jeton, "clair": clair})
    return render(request, "conseillers/jetons/nouveau.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def jeton_revoquer(request: HttpRequest, pk: int) -> HttpResponse:
    miens = JetonApi.objects.filter(utilisateur=request.user).valables_le(timezone.localdate())
    jeton = get_object_or_404(miens, pk=pk)
    if request.method != "POST":
        return render(request, "conseillers/jetons/revoquer.html", {"jeton": jeton})
    revoke_jeton(jeton=jeton, par=request.user, **origin_of(request))
    messages.success(request, f"Le jeton « {jeton.nom} » est révoqué : il n’ouvre plus rien.")
    return redirect("jetons")
