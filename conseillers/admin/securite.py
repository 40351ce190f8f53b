"""The alerts of security, as a list: read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Case, CharField, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.enums import CibleAlerte
from conseillers.models import AlerteSecurite, Utilisateur


@admin.register(AlerteSecurite)
class AlerteSecuriteAdmin(ReadOnlyAdmin):
    list_display = ("debut", "fin", "cible", "laquelle", "echecs")
    list_filter = ("cible", "debut")
    fields = ("cible", "laquelle", "debut", "fin", "echecs")
    readonly_fields = ("laquelle",)

    def get_queryset(self, request: HttpRequest) -> Any:
        compte = Utilisateur.objects.annotate(cle=Cast("pk", CharField())).filter(
            cle=OuterRef("valeur")
        )
        nom = compte.values(nom_entier=Concat("prenom", Value(" "), "nom"))
        return AlerteSecurite.objects.visible_to(request.user).annotate(
            nom_du_compte=Case(When(cible=CibleAlerte.COMPTE, then=Subquery(nom[:1])))
        )

    @admin.display(description="laquelle", ordering="valeur")
    def laquelle(self, alerte: Any) -> str:
        if alerte.cible != CibleAlerte.COMPTE:
            return alerte.valeur
        return (alerte.nom_du_compte or "").strip() or f"compte n°\u00a0{alerte.valeur}"
