"""The Département's screens on people, posts and money."""

from django.contrib import admin
from django.contrib.auth.models import Group

from conseillers.admin.comptes import UtilisateurAdmin
from conseillers.admin.financements import ConventionAdmin
from conseillers.admin.parcours import CandidatureAdmin, FormationAdmin
from conseillers.admin.postes import AffectationAdmin, ConseillerAdmin, PosteAdmin, StructureAdmin

__all__ = [
    "AffectationAdmin",
    "CandidatureAdmin",
    "ConseillerAdmin",
    "ConventionAdmin",
    "FormationAdmin",
    "PosteAdmin",
    "StructureAdmin",
    "UtilisateurAdmin",
]

# The role decides alone: groups would promise rights that nothing reads.
admin.site.unregister(Group)
