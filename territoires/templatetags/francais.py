"""`{% load francais %}`: the formats of `territoires.typographie`, for screens and reports."""

from django import template

from territoires import typographie

register = template.Library()

register.filter("nombre", typographie.format_nombre)
register.filter("pourcentage", typographie.format_pourcentage)
register.filter("euros", typographie.format_euros)
register.filter("mois", typographie.format_mois)
register.filter("jour", typographie.format_jour)
register.filter("jour_court", typographie.format_jour_court)
# Of an instant too: the day that it is in Paris.
register.filter("date_longue", typographie.format_date, expects_localtime=True)
register.filter("heure", typographie.format_heure)
register.filter("duree", typographie.format_duree)
register.filter("de", typographie.say_de)
register.filter("telephone", typographie.format_telephone)


@register.filter
def accorde(nombre: int, mots: str) -> str:
    """`{{ n|accorde:"séance" }}`, `{{ n|accorde:"mois,mois" }}`."""
    singulier, _, pluriel = mots.partition(",")
    return typographie.accorde(nombre, singulier, pluriel)
