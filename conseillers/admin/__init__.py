"""The Département's screens on people, posts and money."""

from django.contrib import admin
from django.contrib.auth.models import Group

from conseillers.admin.comptes import UtilisateurAdmin
from conseillers.admin.financements import ConventionAdmin
from conseillers.admin.parcours import CandidatureAdmin, FormationAdmin
from conseillers.admin.postes import AffectationAdmin, ConseillerAdmin, PosteAdmin, StructureAdmin
from conseillers.admin.territoires import CommuneAdmin, EPCIAdmin, ZonageAdmin

__all__ = [
    "AffectationAdmin",
    "CandidatureAdmin",
    "CommuneAdmin",
    "ConseillerAdmin",
    "ConventionAdmin",
    "EPCIAdmin",
    "FormationAdmin",
    "PosteAdmin",
    "StructureAdmin",
    "UtilisateurAdmin",
    "ZonageAdmin",
]

# The role decides alone: groups would promise rights that nothing reads.
admin.site.unregister(Group)
