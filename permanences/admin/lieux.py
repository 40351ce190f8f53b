"""Host sites."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from conseillers.admin.base import BaseAdmin, ReadOnlyAdmin
from permanences.models import AdresseIcal, LieuAccueil
from permanences.selectors.ical import url_of
from permanences.services import renew_adresse
from territoires.typographie import accorde


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
    actions = ("mark_as_checked", "renew_address")

    @admin.display(description="adresse iCal")
    def calendrier(self, obj: LieuAccueil) -> str:
        adresse = AdresseIcal.objects.filter(lieu=obj.pk).first() if obj.pk else None
        return url_of(adresse) if adresse else "Aucune : donnez-en une depuis la liste des lieux."

    @admin.action(
        description="Donner une nouvelle adresse iCal (l’ancienne s’arrête)",
        permissions=["change"],
    )
    def renew_address(self, request: HttpRequest, queryset: QuerySet[LieuAccueil]) -> None:
        lieux = list(queryset)
        for lieu in lieux:
            renew_adresse(utilisateur=request.user, lieu=lieu)
            self.log_change(request, lieu, [{"changed": {"fields": ["adresse iCal"]}}])
        self.message_user(
            request,
            f"{accorde(len(lieux), 'nouvelle adresse', 'nouvelles adresses')} : chacune se lit "
            "dans la fiche du lieu.",
            messages.SUCCESS,
        )

    @admin.action(description="Marquer comme vérifiés aujourd’hui", permissions=["change"])
    def mark_as_checked(self, request: HttpRequest, queryset: QuerySet[LieuAccueil]) -> None:
        aujourdhui = timezone.localdate()
        a_dater = list(queryset.exclude(verifie_le=aujourdhui))
        queryset.filter(pk__in=[lieu.pk for lieu in a_dater]).update(verifie_le=aujourdhui)
        for lieu in a_dater:
            # As if each had been changed in its form: its history says who looked and when.
            self.log_change(request, lieu, [{"changed": {"fields": ["vérifié le"]}}])
        self.message_user(
            request,
            f"{accorde(len(a_dater), 'lieu vérifié', 'lieux vérifiés')} aujourd’hui.",
            messages.SUCCESS,
        )


@admin.register(AdresseIcal)
class AdresseIcalAdmin(ReadOnlyAdmin):
    """Who has one, since when. An advisor's secret is shown to that advisor only."""

    list_display = ("__str__", "renouvelee_le", "version", "change_le")
    list_select_related = ("conseiller", "lieu")
    list_filter = (("lieu", admin.EmptyFieldListFilter),)
    search_fields = ("lieu__nom", "conseiller__nom", "conseiller__prenom")
    fields = ("conseiller", "lieu", "renouvelee_le", "version", "change_le")
