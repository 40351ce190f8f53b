"""French typography of a page, once its HTML is written."""

import re

from territoires.typographie import espace_ponctuation

# Between two letters only, as escaped by the templates: elsewhere it is not an apostrophe.
BALISES_DE_TEXTE = frozenset({"td", "th", "dd", "li", "p", "h1", "h2"})
_MOT_LONG = re.compile(r"[^\s\u202f\u00a0]{31,}")
_ELISION = re.compile(r"(?<=[^\W\d_])&#x27;(?=[^\W\d_])")


def mend_text(html: str) -> str:
    """French spaces and apostrophes in what is read, never inside a tag.

    A name typed or imported with a straight apostrophe is printed with the curly one.
    """
    morceaux = html.split("<")
    return "<".join(
        f"{balise}{fin}{_wrap_long_words(balise, espace_ponctuation(_ELISION.sub('’', texte)))}"
        for balise, fin, texte in (m.rpartition(">") for m in morceaux)
    )


def _wrap_long_words(balise: str, texte: str) -> str:
    """A word longer than a column would push its table off the page; only in running text."""
    if balise.partition(" ")[0] not in BALISES_DE_TEXTE:
        return texte
    return _MOT_LONG.sub(r'<span class="long">\g<0></span>', texte)
