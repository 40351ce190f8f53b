"""The source of an advisor's séances: on his sheet, its history, and the act that changes it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html

from conseillers.admin.base import BaseAdmin, BaseInline
from conseillers.admin.pages import render_page
from conseillers.admin.postes import ConseillerAdmin
from conseillers.enums import Role
from conseillers.models import Conseiller
from conseillers.permissions import role_required
from permanences import services
from permanences.forms.saisie import SourceForm
from permanences.models import ModeSaisie
from permanences.selectors.mode_saisie import consequences_du_mode


class ModeSaisieInline(BaseInline):
    model = ModeSaisie
    may_add = may_change = may_delete = False
    fields = readonly_fields = ("mode", "date_debut", "decide_le")
    verbose_name_plural = "source de ses séances"


admin.site.unregister(Conseiller)


@admin.register(Conseiller)
class ConseillerEtSourceAdmin(ConseillerAdmin):
    inlines = (*ConseillerAdmin.inlines, ModeSaisieInline)
    readonly_fields = (*ConseillerAdmin.readonly_fields, "source_des_seances")

    @admin.display(description="source de ses séances")
    def source_des_seances(self, obj: Conseiller) -> str:
        if obj.pk is None:
            return "—"
        url = reverse("admin:permanences_source_changer", args=[obj.pk])
        return format_html('<a href="{}">Changer la source</a>', url)


@admin.register(ModeSaisie)
class ModeSaisieAdmin(BaseAdmin):
    # Decided on its own page, with its consequences; a slip is deleted.
    may_add = may_change = False
    list_display = ("conseiller", "mode", "date_debut", "decide_le")
    list_filter = ("mode",)
    list_select_related = ("conseiller",)
    search_fields = ("conseiller__nom", "conseiller__prenom")
    date_hierarchy = "date_debut"

    def delete_model(self, request: HttpRequest, obj: ModeSaisie) -> None:
        services.delete_mode_saisie(choix=obj, utilisateur=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for choix in queryset:
            self.delete_model(request, choix)


@role_required(Role.GESTIONNAIRE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, then shows what would change; POST does it."""
    conseiller = get_object_or_404(Conseiller.objects.visible_to(request.user), pk=pk)
    saisie = request.POST if request.method == "POST" else request.GET
    form = SourceForm(saisie if "mode" in saisie else None, conseiller=conseiller)
    valide = form.is_bound and form.is_valid()
    if request.method == "POST" and valide and _perform(request, conseiller, form):
        return redirect("admin:conseillers_conseiller_change", conseiller.pk)
    consequences = (
        consequences_du_mode(conseiller, **form.cleaned_data)
        if form.is_bound and form.is_valid()
        else None
    )
    return render_page(
        request,
        "admin/plan/source.html",
        title=f"Source des séances : {conseiller}",
        conseiller=conseiller,
        form=form,
        consequences=consequences,
        histoire=conseiller.modes_saisie.order_by("-date_debut"),
    )


def _perform(request: HttpRequest, conseiller: Conseiller, form: SourceForm) -> bool:
    try:
        choix = services.change_mode_saisie(
            conseiller=conseiller, utilisateur=request.user, **form.cleaned_data
        )
    except ValidationError as erreur:
        form.add_service_errors(erreur)
        return False
    messages.success(request, f"{conseiller} : {choix}.")
    return True
