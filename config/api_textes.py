"""What the schema and the page of the API say, in French: by operation, by section."""

RUBRIQUES = {
    "communes": "Territoires",
    "epci": "Territoires",
    "lieux": "Plan",
    "creneaux": "Plan",
    "occurrences": "Plan",
    "seances": "Activité",
    "activite": "Activité",
    "rapports": "Rapports",
}
_VISIBLE = "Seulement ce que votre compte voit dans le service."
_IF_MATCH = "Envoyez dans « If-Match » l’ETag que la lecture a donné."

TEXTES = {
    "communes_list": (
        "Lister les communes",
        "Les communes d’aujourd’hui du département, par code INSEE.",
    ),
    "communes_retrieve": ("Lire une commune", "Par son code INSEE."),
    "epci_list": ("Lister les EPCI", "Ceux qui ont au moins une commune dans le département."),
    "epci_retrieve": ("Lire un EPCI", "Par son SIREN."),
    "lieux_list": ("Lister les lieux d’accueil", _VISIBLE),
    "lieux_retrieve": ("Lire un lieu d’accueil", "Par son code."),
    "creneaux_list": (
        "Lister les créneaux",
        "La règle de chacun : jours, heures, récurrence. Un conseiller voit ceux des postes qu’il "
        "a occupés, pour le temps où il les occupait ; un référent, ceux de sa structure.",
    ),
    "creneaux_retrieve": ("Lire un créneau", "Par son code."),
    "occurrences_list": (
        "Lister ce que sont devenues les dates du plan",
        "Une ligne par date déclarée tenue ou annulée ; les autres dates n’en ont pas. " + _VISIBLE,
    ),
    "occurrences_create": (
        "Dire ce que devient une date",
        "201 la première fois, 200 quand on corrige. Par le conseiller qui occupait le poste ce "
        "jour-là, ou par un gestionnaire.",
    ),
    "occurrences_retrieve": ("Lire une date", "Par le code du créneau et la date."),
    "occurrences_update": (
        "Dire ce que devient cette date",
        "Remplace tout ce qui en était dit. « If-Match » : seulement si rien n’a changé depuis "
        "votre lecture ; « If-None-Match: * » : seulement si rien n’en était dit.",
    ),
    "occurrences_destroy": (
        "Retirer ce qui est dit d’une date",
        "Elle redevient « à renseigner ».",
    ),
    "seances_list": (
        "Lister les séances",
        "Les siennes pour un conseiller, toutes pour le Département. Un référent ou la Préfecture "
        "n’en voit aucune : voir « Lire l’activité par mois ».",
    ),
    "seances_create": (
        "Enregistrer une séance",
        "« cle » est un UUID que le programme tire lui-même : la même envoyée deux fois n’est "
        "qu’une séance (201, puis 200). Par un conseiller.",
    ),
    "seances_retrieve": ("Lire une séance", "Par sa clé."),
    "seances_partial_update": (
        "Corriger une séance",
        "Ce qui est envoyé change, le reste demeure. " + _IF_MATCH,
    ),
    "seances_destroy": ("Retirer une séance", "Elle ne compte plus. " + _IF_MATCH),
    "activite_list": (
        "Lire l’activité par mois",
        "Des totaux, jamais une séance ni un poste. Un conseiller lit les siens (« Mes "
        "chiffres »), un référent ceux de sa structure (« Ma structure »), la Préfecture et le "
        "Département ceux des rapports transmis en vigueur.",
    ),
    "rapports_list": (
        "Lister les rapports",
        "Toutes les versions pour le Département, celles qui ont été transmises pour la "
        "Préfecture.",
    ),
    "rapports_retrieve": (
        "Lire un rapport et ses chiffres",
        "Par son code. La lecture d’un rapport transmis est notée comme un téléchargement.",
    ),
    "rapports_donnees_retrieve": (
        "Lire les chiffres d’un rapport",
        "Le JSON figé, clé pour clé : celui du portail et celui qui est joint au PDF "
        "(docs/contrat/formats.md).",
    ),
    "rapports_tableaux_list": ("Lister les tableaux d’un rapport", "Leur code et leur titre."),
    "rapports_tableau_retrieve": (
        "Télécharger un tableau en CSV",
        "UTF-8 avec BOM, points-virgules, virgule décimale.",
    ),
    "rapports_pdf_retrieve": ("Télécharger le PDF d’un rapport", "Les octets transmis."),
}
