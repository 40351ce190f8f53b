"""Employers and posts, on the real EPCI and communes of the département."""

from __future__ import annotations

from dataclasses import dataclass

from conseillers.enums import Part, TypePoste, TypeStructure
from conseillers.models import Poste, Structure
from reporting.demo.calendrier import Calendrier
from reporting.enums import Figure
from reporting.models import Cible
from territoires.models import EPCI, Commune
from territoires.selectors import departement_de_l_instance

MARQUE_SIRET = "0000000"
COORDINATEUR = 15


@dataclass(frozen=True)
class Territoire:
    """EPCI and their communes of the département, the most populated first."""

    epcis: list[EPCI]
    communes: dict[str, list[Commune]]

    @property
    def villes(self) -> list[Commune]:
        toutes = [c for communes in self.communes.values() for c in communes]
        return sorted(toutes, key=_par_population)


def _par_population(commune: Commune) -> tuple[int, str]:
    return -(commune.population or 0), commune.code


def read_territoire() -> Territoire:
    communes: dict[str, list[Commune]] = {}
    for commune in Commune.objects.actuelles().defer("contour").exclude(epci=None):
        communes.setdefault(commune.epci_id or "", []).append(commune)
    for liste in communes.values():
        liste.sort(key=_par_population)
    epcis = sorted(
        EPCI.objects.filter(pk__in=communes),
        key=lambda e: (-sum(c.population or 0 for c in communes[e.pk]), e.pk),
    )
    return Territoire(epcis, communes)


def siret_fictif(rang: int) -> str:
    """Seven zeros, a rank, and the check digit that forms ask for."""
    corps = f"{MARQUE_SIRET}{rang:06d}"
    somme = sum(
        sum(divmod(int(chiffre) * (1 + (place % 2 == 0)), 10))
        for place, chiffre in enumerate(reversed(corps))
    )
    return corps + str(-somme % 10)


def create_structures(territoire: Territoire) -> dict[str, list[Structure]]:
    """The Département, then the partners: towns, a CCAS, an association, EPCI; by part."""
    villes = territoire.villes
    departement = departement_de_l_instance()
    fiches = [(f"Département {departement.de}", TypeStructure.DEPARTEMENT, villes[0])]
    fiches += [(f"Ville {de(v.nom)}", TypeStructure.COMMUNE, v) for v in villes[:3]]
    quatrieme = villes[min(3, len(villes) - 1)]
    fiches.append((f"CCAS {de(quatrieme.nom)}", TypeStructure.CCAS, quatrieme))
    fiches.append(("Association fictive Le Clic solidaire", TypeStructure.ASSOCIATION, villes[0]))
    fiches += [
        (epci.nom, TypeStructure.EPCI, territoire.communes[epci.pk][0])
        for epci in (territoire.epcis[1:9] or territoire.epcis[:1])
    ]
    structures = Structure.objects.bulk_create(
        Structure(siret=siret_fictif(rang), nom=nom, type=type_, code_insee=ville.code)
        for rang, (nom, type_, ville) in enumerate(fiches, start=1)
    )
    return {Part.DEPARTEMENT: structures[:1], Part.PARTENAIRE: structures[1:]}


def de(nom: str) -> str:
    """« du Mans », « de La Flèche », « d’Allonnes »: the commune's name after « de »."""
    if nom.startswith("Le "):
        return f"du {nom[3:]}"
    if nom.startswith("Les "):
        return f"des {nom[4:]}"
    return f"d’{nom}" if nom[0] in "AEIOUYÉÈÊÎH" else f"de {nom}"


def create_postes(
    territoire: Territoire, structures: dict[str, list[Structure]], dates: Calendrier
) -> list[Poste]:
    """As many of each part as the programme's dated figures say, 15 and 15 without them."""
    valeurs = Cible.objects.valeurs_le(dates.aujourd_hui)
    nombre = {
        Part.DEPARTEMENT: int(valeurs.get(Figure.POSTES_DEPARTEMENT, 15)),
        Part.PARTENAIRE: int(valeurs.get(Figure.POSTES_PARTENAIRE, 15)),
    }
    postes: list[Poste] = []
    epcis: list[list[EPCI]] = []
    for part, combien in nombre.items():
        for rang in range(combien):
            numero = len(postes) + 1
            # The first partner is the largest town: it employs what the others leave.
            employeurs = structures[part]
            structure = employeurs[rang if rang < len(employeurs) else 0]
            postes.append(
                Poste(
                    numero=numero,
                    structure=structure,
                    type=TypePoste.COORDINATEUR if numero == COORDINATEUR else TypePoste.CONSEILLER,
                    date_attribution=dates.il_y_a(dates.nombre + 54 - 6 * (numero > 22), 19),
                )
            )
            epcis.append(_epcis_desservis(territoire, part, rang, combien, structure))
    Poste.objects.bulk_create(postes)
    for poste, desservis in zip(postes, epcis, strict=True):
        poste.epcis.set(desservis)
    return postes


def _epcis_desservis(
    territoire: Territoire, part: Part, rang: int, combien: int, structure: Structure
) -> list[EPCI]:
    """The Département's posts share all EPCI; a partner's serves the employer's."""
    if part == Part.DEPARTEMENT:
        # The coordinator serves none in person, the last ones serve two small EPCI each.
        conseillers = max(combien - 1, 1)
        return territoire.epcis[rang % conseillers :: conseillers] if rang < conseillers else []
    siege = next(c for c in territoire.villes if c.code == structure.code_insee)
    return [e for e in territoire.epcis if e.pk == siege.epci_id]
