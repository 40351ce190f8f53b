from django.db.models import TextChoices


class TypeEPCI(TextChoices):
    """Codes of the DGCL's list of groupements à fiscalité propre."""

    CC = "CC", "communauté de communes"
    CA = "CA", "communauté d’agglomération"
    CU = "CU", "communauté urbaine"
    METRO = "METRO", "métropole"
    MET69 = "MET69", "Métropole de Lyon"


class NatureEvenement(TextChoices):
    """What happened to a row."""

    CREATION = "creation", "création"
    MODIFICATION = "modification", "modification"
    SUPPRESSION = "suppression", "suppression"


class Porte(TextChoices):
    """Where a change came in."""

    ADMIN = "admin", "administration"
    FORMULAIRE = "formulaire", "écrans du service"
    API = "api", "API"
    IMPORT = "import", "import de fichier"
    TACHE = "tache", "tâche de fond"
    COMMANDE = "commande", "ligne de commande"
    BASE = "base", "base de données, hors du service"
