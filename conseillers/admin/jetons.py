"""The tokens of the API: whose, for what, until when; a gestionnaire revokes any of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator

from conseillers import services
from conseillers.admin.base import ReadOnlyAdmin
from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import JetonApi
from conseillers.permissions import is_gestionnaire, role_required
from conseillers.recepteurs import origin_of

FICHE = "admin:conseillers_jetonapi_change"


@admin.register(JetonApi)
class JetonApiAdmin(ReadOnlyAdmin):
    change_form_template = "admin/conseillers/jeton/fiche.html"
    list_display = ("nom", "utilisateur", "prefixe", "etat", "expire_le", "dernier_usage")
    list_filter = ("expire_le", "revoque_le")
    list_select_related = ("utilisateur",)
    search_fields = ("nom", "prefixe", "utilisateur__courriel", "utilisateur__nom")
    fields = (
        "utilisateur", "nom", "prefixe", "ouvre", "cree_le", "expire_le", "dernier_usage", "etat",
        "revoque_le", "revoque_par",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=JetonApi.objects.visible_to(request.user).values("pk"))
        )

    @admin.display(description="état")
    def etat(self, jeton: JetonApi) -> str:
        return jeton.etat

    @admin.display(description="ce qu’il ouvre")
    def ouvre(self, jeton: JetonApi) -> str:
        return ", ".join(jeton.libelles_portees)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pk>/revoquer/",
                self.admin_site.admin_view(self.revoke),
                name="conseillers_jetonapi_revoquer",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        jeton = kwargs.get("obj")
        context["revocable"] = bool(jeton and jeton.est_valable and is_gestionnaire(request.user))
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(role_required(Role.GESTIONNAIRE))
    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        valables = JetonApi.objects.visible_to(request.user).valables_le(timezone.localdate())
        jeton = get_object_or_404(valables.select_related("utilisateur"), pk=pk)
        if request.method != "POST":
            return render_page(
                request,
                "admin/conseillers/jeton/revoquer.html",
                title=f"Révoquer un jeton de {jeton.utilisateur}",
                jeton=jeton,
            )
        services.revoke_jeton(jeton=jeton, par=request.user, **origin_of(request))
        messages.success(request, f"Le jeton {jeton} est révoqué.")
        return redirect(FICHE, pk)
