"""The door of the site: each role is sent to its own first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from conseillers.enums import Role

PREMIERE_PAGE = {
    Role.CONSEILLER: "permanences:aujourdhui",
    Role.EMPLOYEUR: "permanences:structure",
    Role.PREFECTURE: "rapports:liste",
    Role.GESTIONNAIRE: "admin:index",
    Role.DIRECTION: "admin:index",
}


def accueil(request: HttpRequest) -> HttpResponse:
    try:
        return redirect(reverse(PREMIERE_PAGE[Role(request.user.role)]))
    except NoReverseMatch:
        return redirect("compte")
