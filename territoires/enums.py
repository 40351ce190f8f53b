from django.db.models import TextChoices


class TypeEPCI(TextChoices):
    """Codes of the DGCL's list of groupements à fiscalité propre."""

    CC = "CC", "communauté de communes"
    CA = "CA", "communauté d’agglomération"
    CU = "CU", "communauté urbaine"
    METRO = "METRO", "métropole"
    MET69 = "MET69", "Métropole de Lyon"
