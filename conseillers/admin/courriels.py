"""What the service wrote to whom, and what did not leave."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from conseillers import services
from conseillers.admin.base import ReadOnlyAdmin
from conseillers.enums import Role, StatutCourriel
from conseillers.models import Courriel
from conseillers.permissions import is_gestionnaire, role_required


@admin.register(Courriel)
class CourrielAdmin(ReadOnlyAdmin):
    """Written by `conseillers.services.send_courriel` alone; only « Renvoyer » is done here."""

    list_display = ["cree_le", "destinataire", "objet", "nature", "etat", "demande_par"]
    list_display_links = ["objet"]
    list_filter = ["statut", "nature", "cree_le"]
    list_select_related = ["utilisateur"]
    search_fields = ["destinataire", "objet"]
    fields = [
        "objet", "destinataire", "nature", "utilisateur", "cree_le",
        "statut", "envoye_le", "essais", "essaye_le", "cause", "message", "fichiers",
    ]  # fmt: skip
    readonly_fields = ["message", "fichiers"]
    change_form_template = "admin/courriels/fiche.html"
    change_list_template = "admin/courriels/liste.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return Courriel.objects.visible_to(request.user)

    @admin.display(description="état", ordering="statut")
    def etat(self, courriel: Courriel) -> str:
        if courriel.statut != StatutCourriel.ECHEC:
            return courriel.get_statut_display()
        return format_html('<span class="etat etat-grave">{}</span>', courriel.get_statut_display())

    @admin.display(description="demandé par", ordering="utilisateur")
    def demande_par(self, courriel: Courriel) -> str:
        return str(courriel.utilisateur or "le service")

    @admin.display(description="texte")
    def message(self, courriel: Courriel) -> str:
        if courriel.secret:
            return "Non conservé : il contenait un lien qui ouvre le compte."
        return courriel.texte or "Effacé."

    @admin.display(description="pièces jointes")
    def fichiers(self, courriel: Courriel) -> str:
        noms = ((piece["nom"],) for piece in courriel.pieces)
        return format_html_join(", ", "{}", noms) or "Aucune"

    def get_urls(self) -> list[URLPattern]:
        """`conseillers_courriels`: the name that the menu knows."""
        page = self.admin_site.admin_view
        return [
            path("", page(self.changelist_view), name="conseillers_courriels"),
            path("<int:pk>/renvoyer/", page(self.resend), name="conseillers_courriel_renvoyer"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        echecs = Courriel.objects.visible_to(request.user).en_echec().count()
        return super().changelist_view(request, {"echecs": echecs} | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        courriel = kwargs.get("obj")
        context["renvoyable"] = bool(
            courriel and courriel.peut_repartir and is_gestionnaire(request.user)
        )
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator([require_POST, role_required(Role.GESTIONNAIRE)])
    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        courriel = get_object_or_404(Courriel.objects.visible_to(request.user), pk=pk)
        try:
            services.resend_courriel(courriel=courriel)
        except ValidationError as erreur:
            messages.error(request, erreur.messages[0])
            return redirect("admin:conseillers_courriel_change", pk)
        courriel.refresh_from_db()
        if courriel.statut == StatutCourriel.ENVOYE:
            messages.success(request, f"Le message à {courriel.destinataire} est parti.")
        else:
            messages.error(request, f"Le message n’est toujours pas parti. {courriel.cause}")
        return redirect("admin:conseillers_courriel_change", pk)
