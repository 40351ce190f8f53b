"""Host sites."""

from django.contrib import admin

from conseillers.admin.base import BaseAdmin, ReadOnlyAdmin
from permanences.admin.lieux_en_nombre import ACTIONS
from permanences.models import AdresseIcal, LieuAccueil
from permanences.selectors.ical import url_of


@admin.register(LieuAccueil)
class LieuAccueilAdmin(BaseAdmin):
    list_display = ("nom", "type", "commune", "code_insee", "code", "actif", "verifie_le")
    list_filter = (
        "actif", "type", "qpv", "accessible",
        ("latitude", admin.EmptyFieldListFilter), ("verifie_le", admin.EmptyFieldListFilter),
        "commune__epci",
    )  # fmt: skip
    list_select_related = ("commune",)
    search_fields = ("nom", "code", "commune__nom", "code_insee", "adresse")
    # Follows from the INSEE code.
    readonly_fields = ("commune", "calendrier")
    fieldsets = (
        (None, {"fields": ("code", "nom", "type", "actif")}),
        ("Adresse", {"fields": ("adresse", "code_insee", "commune", "latitude", "longitude")}),
        ("Précisions", {"fields": ("telephone", "accessible", "siret", "qpv", "verifie_le")}),
        ("Calendrier à suivre", {"fields": ("calendrier",)}),
    )
    actions = ACTIONS

    @admin.display(description="adresse iCal")
    def calendrier(self, obj: LieuAccueil) -> str:
        adresse = AdresseIcal.objects.filter(lieu=obj.pk).first() if obj.pk else None
        return url_of(adresse) if adresse else "Aucune : donnez-en une depuis la liste des lieux."


@admin.register(AdresseIcal)
class AdresseIcalAdmin(ReadOnlyAdmin):
    """Who has one, since when. An advisor's secret is shown to that advisor only."""

    list_display = ("__str__", "renouvelee_le", "version", "change_le")
    list_select_related = ("conseiller", "lieu")
    list_filter = (("lieu", admin.EmptyFieldListFilter),)
    search_fields = ("lieu__nom", "conseiller__nom", "conseiller__prenom")
    fields = ("conseiller", "lieu", "renouvelee_le", "version", "change_le")
