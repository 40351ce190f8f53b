"""The Département's screens on people, posts and money."""

from django.contrib import admin
from django.contrib.auth.models import Group

from conseillers.admin.candidatures import CandidatureAdmin
from conseillers.admin.comptes import UtilisateurAdmin
from conseillers.admin.courriels import CourrielAdmin
from conseillers.admin.financements import ConventionAdmin
from conseillers.admin.jetons import JetonApiAdmin
from conseillers.admin.labels import LabelAdmin
from conseillers.admin.parcours import FormationAdmin
from conseillers.admin.postes import AffectationAdmin, ConseillerAdmin, PosteAdmin, StructureAdmin
from conseillers.admin.rencontres import PresenceAdmin, RencontreAdmin
from conseillers.admin.securite import AlerteSecuriteAdmin
from conseillers.admin.suivi import ColonnesListeAdmin, ExportListeAdmin
from conseillers.admin.territoires import CommuneAdmin, EPCIAdmin, ZonageAdmin

__all__ = [
    "AffectationAdmin",
    "AlerteSecuriteAdmin",
    "CandidatureAdmin",
    "ColonnesListeAdmin",
    "CommuneAdmin",
    "ConseillerAdmin",
    "ConventionAdmin",
    "CourrielAdmin",
    "EPCIAdmin",
    "ExportListeAdmin",
    "FormationAdmin",
    "JetonApiAdmin",
    "LabelAdmin",
    "PosteAdmin",
    "PresenceAdmin",
    "RencontreAdmin",
    "StructureAdmin",
    "UtilisateurAdmin",
    "ZonageAdmin",
]

# The role decides alone: groups would promise rights that nothing reads.
admin.site.unregister(Group)
# Keys, sessions and ProConnect's links are their owner's: no list of them, and no door to a secret.
for modele in list(admin.site._registry):
    if modele._meta.app_label in ("account", "mfa", "socialaccount", "usersessions"):
        admin.site.unregister(modele)
