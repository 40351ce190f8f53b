"""« Où nous trouver »: the permanences near a commune, and the same in a mairie's own site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_exempt

from permanences import proximite
from permanences.adresses import path_to
from permanences.carte import Fond, Nom, Repere, map_around, whole_map
from permanences.proximite import LieuAnnonce, Voisin
from permanences.schema_org import tell_events
from permanences.selectors.recherche import TEXTE_MAX, search_commune
from permanences.selectors.trouver import CommuneConnue, Territoire, lieux_annonces, territoire
from permanences.views.pour_tous import pour_tous, serve_page
from territoires.selectors import attribution, departement_de_l_instance

# The two ways to show the same: our pages, and a frame in the site of somebody else.
ADRESSES = {
    False: {"accueil": "trouver", "chercher": "trouver_chercher", "commune": "trouver_commune"},
    True: {
        "accueil": "trouver_cadre",
        "chercher": "trouver_cadre_chercher",
        "commune": "trouver_cadre_commune",
    },
}
GABARITS = {False: "permanences/trouver/page.html", True: "permanences/trouver/cadre.html"}


def address(page: str, *arguments: str, cadre: bool = False) -> str:
    return path_to(f"permanences:{ADRESSES[cadre][page]}", *arguments)


def site() -> str:
    return settings.SITE_URL.rstrip("/")


def organisateur() -> str:
    return f"Département {departement_de_l_instance().de}"


def integrable(vue: Callable[..., HttpResponse]) -> Any:
    """May be framed by the sites of the settings, and loaded by them: only these pages are."""
    ouverte = xframe_options_exempt(vue)
    ouverte = csp_replace({"frame-ancestors": settings.SITES_INTEGRATEURS})(ouverte)

    def open_to_others(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = ouverte(request, *args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return open_to_others


# --- The addresses ----------------------------------------------------------------------------


@pour_tous
def accueil(request: HttpRequest) -> HttpResponse:
    return _accueil(request, cadre=False)


@pour_tous
def chercher(request: HttpRequest) -> HttpResponse:
    return _chercher(request, cadre=False)


@pour_tous
def commune(request: HttpRequest, code: str) -> HttpResponse:
    return _commune(request, code, cadre=False)


@pour_tous
@integrable
def cadre(request: HttpRequest) -> HttpResponse:
    return _accueil(request, cadre=True)


@pour_tous
@integrable
def cadre_chercher(request: HttpRequest) -> HttpResponse:
    return _chercher(request, cadre=True)


@pour_tous
@integrable
def cadre_commune(request: HttpRequest, code: str) -> HttpResponse:
    return _commune(request, code, cadre=True)


# --- What they do -----------------------------------------------------------------------------


def _accueil(request: HttpRequest, *, cadre: bool) -> HttpResponse:
    if texte := request.GET.get("q", "").strip():
        suite = urlencode({"q": texte[:TEXTE_MAX]})
        return redirect(f"{address('chercher', cadre=cadre)}?{suite}")
    return serve_page(request, f"trouver {cadre}", lambda: _make_accueil(request, cadre))


def _chercher(request: HttpRequest, *, cadre: bool) -> HttpResponse:
    """To the page of the commune when there is but one; never kept: anything may be typed."""
    recherche = search_commune(request.GET.get("q", ""))
    if not recherche.texte:
        return redirect(address("accueil", cadre=cadre))
    if recherche.trouvee:
        return redirect(address("commune", recherche.trouvee, cadre=cadre))
    contexte = {**shared_context(cadre=cadre), "recherche": recherche, "texte": recherche.texte}
    reponse = render(request, "permanences/trouver/recherche.html", contexte)
    reponse["Cache-Control"] = "no-cache"
    return reponse


def _commune(request: HttpRequest, code: str, *, cadre: bool) -> HttpResponse:
    par_distance = request.GET.get("tri") == "distance"
    return serve_page(
        request,
        f"trouver commune {code} {par_distance} {cadre}",
        lambda: _make_commune(request, code, par_distance, cadre),
    )


def shared_context(*, cadre: bool) -> dict[str, Any]:
    return {
        "gabarit": GABARITS[cadre],
        "cadre": cadre,
        "texte": "",
        "noms": "",
        "accueil": address("accueil", cadre=cadre),
        "chercher": address("chercher", cadre=cadre),
        "adresse_commune": f"permanences:{ADRESSES[cadre]['commune']}",
        "site": site(),
        "webcal": site().replace("https://", "webcal://").replace("http://", "webcal://"),
        "rayon": proximite.RAYON_KM,
    }


def _make_accueil(request: HttpRequest, cadre: bool) -> str:
    maintenant = timezone.now()
    ce_jour = timezone.localdate(maintenant)
    communes = proximite.by_commune(lieux_annonces(maintenant, la_prochaine=True), ce_jour)
    connu = territoire()
    contexte = {
        **shared_context(cadre=cadre),
        "communes": [_tell_commune(c, ce_jour, cadre=cadre) for c in communes],
        "carte": _whole_map(connu, communes, cadre),
        "noms": _options(tuple(c.nom for c in connu.communes.values() if not c.absorbee_par)),
        "maintenant": maintenant,
    }
    return render_to_string("permanences/trouver/accueil.html", contexte, request)


def _tell_commune(
    commune: proximite.CommuneServie, ce_jour: dt.date, *, cadre: bool
) -> dict[str, Any]:
    """Its next date, if any, and how its day is said."""
    lieu, date = commune.prochaine or (None, None)
    return {
        "nom": commune.nom,
        "url": address("commune", commune.code, cadre=cadre) if commune.code else "",
        "combien": len(commune.lieux),
        "lieu": lieu,
        "date": date,
        "quand": proximite.say_day(date.jour, ce_jour) if date else "",
    }


@lru_cache(maxsize=2)
def _options(noms: tuple[str, ...]) -> SafeString:
    """Hundreds, the same on each page and all year."""
    return format_html_join("", '<option value="{}"></option>', ((nom,) for nom in noms))


def _whole_map(connu: Territoire, communes: list[proximite.CommuneServie], cadre: bool) -> str:
    reperes = (
        Repere(
            latitude=sum(lieu.latitude for lieu in c.lieux) / len(c.lieux),
            longitude=sum(lieu.longitude for lieu in c.lieux) / len(c.lieux),
            texte="",
            titre=c.nom,
            adresse=address("commune", c.code, cadre=cadre),
        )
        for c in communes
        if c.code
    )
    legende = "Un point par commune où venir ; la liste dit les mêmes."
    return _draw(connu.fond, None, tuple(reperes), _names(connu.villes), legende, cadre)


def _names(communes: list[CommuneConnue]) -> tuple[Nom, ...]:
    return tuple(_name(c) for c in communes)


def _name(commune: CommuneConnue) -> Nom:
    return commune.nom, commune.latitude, commune.longitude


@lru_cache(maxsize=64)
def _draw(
    fond: Fond | None,
    centre: Nom | None,
    reperes: tuple[Repere, ...],
    noms: tuple[Nom, ...],
    legende: str,
    cadre: bool,
) -> str:
    """The drawing, made again when what it shows changes; empty without a ground."""
    if fond is None:
        return ""
    carte = map_around(fond, centre, reperes, noms) if centre else whole_map(fond, reperes, noms)
    contexte = {"carte": carte, "legende": legende, "cadre": cadre, "attribution": attribution()}
    return render_to_string("permanences/trouver/_carte.html", contexte)


def _make_commune(request: HttpRequest, code: str, par_distance: bool, cadre: bool) -> str:
    connu = territoire()
    ici, ancien = connu.resolve(code)
    if ici is None:
        raise Http404("Aucune commune du département n’a ce code.")
    maintenant = timezone.now()
    ce_jour = timezone.localdate(maintenant)
    lieux = lieux_annonces(maintenant, pres_de=ici)
    voisins = proximite.neighbours(ici, ici.code, lieux, ce_jour)
    journees = proximite.by_date(voisins, ce_jour)
    contexte = {
        **shared_context(cadre=cadre),
        "commune": ici,
        "ancien": ancien,
        "ce_jour": ce_jour,
        "par_distance": par_distance,
        "voisins": voisins,
        "journees": journees,
        "lieux": proximite.by_distance(voisins, ce_jour) if par_distance else [],
        "annulees": proximite.cancelled_today(voisins, ce_jour),
        "loin": not any(v.ici or v.km <= proximite.RAYON_KM for v in voisins),
        "reserves": [v for v in lieux if v.reserve_a and v.code_commune == ici.code],
        "carte": _map_of(connu, ici, voisins, cadre),
        "maintenant": maintenant,
        "evenements": tell_events(
            ((e.voisin.lieu, e.date) for j in journees for e in j.entrees),
            organisateur=organisateur(),
            site=site(),
        ),
    }
    return render_to_string("permanences/trouver/commune.html", contexte, request)


def _map_of(connu: Territoire, ici: CommuneConnue, voisins: list[Voisin], cadre: bool) -> str:
    """Around a commune, its neighbours' numbers on it."""
    reperes = tuple(
        Repere(
            v.lieu.latitude, v.lieu.longitude, str(v.numero),
            f"{v.numero}. {v.lieu.nom}", v.lieu.url,
        )
        for v in voisins
    )  # fmt: skip
    servies = {v.lieu.code_commune: connu.communes.get(v.lieu.code_commune) for v in voisins}
    autour = [c for c in servies.values() if c] + connu.around(ici)
    noms = _names([c for c in dict.fromkeys(autour) if c.code != ici.code])
    legende = "Les numéros sont ceux de la liste."
    return _draw(connu.fond, _name(ici), reperes, noms, legende, cadre)


def map_of_lieu(connu: Territoire, lieu: LieuAnnonce) -> str:
    """Around one lieu, alone on its map; empty when it is in another département."""
    ici = connu.communes.get(lieu.code_commune)
    if ici is None:
        return ""
    repere = Repere(lieu.latitude, lieu.longitude, "1", lieu.nom)
    noms = _names([c for c in connu.around(ici) if c.code != ici.code])
    return _draw(connu.fond, _name(ici), (repere,), noms, "", False)
