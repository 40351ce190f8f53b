"""A report of an open month in the browser: the page of the PDF, with today's figures."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from conseillers.enums import Role
from conseillers.permissions import role_required
from reporting.admin.adresses import read_month
from reporting.enums import TypeRapport
from reporting.pdf import render_page
from reporting.selectors import donnees_du_mois
from reporting.selectors.carte import carte_du_departement
from reporting.selectors.cycle import EtatMois, etat_du_mois

# The strict policy refuses a style inside the page: the same files are linked instead, and the
# browser finds the widths of the columns by itself.
_STYLE = re.compile(r"<style>.*?</style>\n?", re.DOTALL)
_LARGEUR = re.compile(r' style="width:[\d.]+%"')


@gzip_page
@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def preview(request: HttpRequest, cle: str, type_rapport: str) -> HttpResponse:
    """Nothing is kept; once the month is closed, its own reports are what is read."""
    etat = etat_du_mois(read_month(cle))
    if type_rapport not in TypeRapport.values:
        raise Http404("Ce rapport n’existe pas.")
    if etat.clos:
        messages.info(request, "Ce mois est clos : lisez ses rapports, leurs chiffres sont figés.")
        return redirect("admin:reporting_mois_detail", cle=etat.cle)
    return HttpResponse(_on_screen(_page(etat, type_rapport), etat, type_rapport))


def _page(etat: EtatMois, type_rapport: str) -> str:
    donnees = donnees_du_mois(etat.premier_jour)[type_rapport]
    return render_page(donnees, code="", empreinte="", carte=carte_du_departement())


def _on_screen(page: str, etat: EtatMois, type_rapport: str) -> str:
    """The same page between the links of a screen, its styles linked."""
    contexte = {"etat": etat, "type_rapport": type_rapport, "types": TypeRapport.choices}
    tete, bandeau = (
        render_to_string(f"admin/mois/apercu_{partie}.html", contexte)
        for partie in ("tete", "bandeau")
    )
    page = _LARGEUR.sub("", _STYLE.sub("", page, count=1))
    page = page.replace("</head>", f"{tete}</head>", 1)
    page = page.replace("<body>", f"<body>{bandeau}<main>", 1)
    return page.replace("</body>", "</main></body>", 1)
