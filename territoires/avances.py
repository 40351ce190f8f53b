"""How wide our font writes a text: for names on a map, for columns of a table. Pure."""

import unicodedata

# Advance widths of Source Sans 3, in thousandths of the size. An accent adds nothing. Kerning
# brings most pairs a little closer.
_REGULIER = {
    120: "\u202f", 200: " \u00a0", 241: "|", 246: "i", 247: "j", 249: "'’.,:;", 255: "l", 263: "I",
    289: "!", 292: "f", 303: "()[]{}", 304: "•", 311: "-", 331: "°", 338: "t", 345: "ª", 347: "r",
    350: "/", 365: "º", 367: "²³", 418: "*", 419: "s", 425: "z?", 426: "\"“”", 429: "«»", 446: "x",
    456: "c", 467: "vy", 476: "Y", 480: "J–", 486: "L", 494: "F", 495: "k", 496: "e",
    497: "0123456789#+<=>×€−≤≥", 500: "_", 504: "ag", 513: "X", 515: "V", 527: "E", 534: "S",
    536: "T", 539: "Z", 542: "o", 544: "Ahu", 547: "n", 553: "b", 555: "dpq", 566: "P", 569: "R",
    571: "C", 579: "K", 588: "B", 609: "&", 615: "D", 617: "G", 619: "→", 645: "U", 647: "N",
    652: "H", 664: "OQ", 719: "w", 727: "M", 778: "æ", 786: "W", 800: "—", 822: "Æ", 824: "%",
    829: "m", 839: "œ", 847: "Œ@", 948: "…",
}  # fmt: skip
_GRAS = {
    120: "\u202f", 200: " \u00a0", 255: "|", 262: "i", 263: "j", 271: "l", 275: "'’.,:;", 282: "I",
    315: "!", 317: "f", 322: "-", 324: "()[]{}", 325: "•", 344: "/", 348: "°", 352: "ª", 361: "t",
    369: "º", 372: "²³", 373: "r", 431: "s", 438: "*", 443: "z", 444: "?", 455: "«»", 462: "c",
    480: "–", 481: "x", 482: "\"“”", 494: "J", 495: "vy", 500: "_", 501: "Y", 502: "L", 507: "e",
    510: "F", 513: "0123456789#+<=>×€−≤≥", 516: "a", 520: "g", 522: "k", 536: "V", 538: "E",
    540: "Z", 541: "X", 545: "S", 546: "T", 549: "o", 556: "u", 558: "Ah", 560: "n", 563: "b",
    564: "dpq", 576: "C", 582: "P", 592: "R", 597: "BK", 618: "→", 625: "D", 628: "G", 639: "&",
    655: "U", 657: "N", 663: "H", 674: "OQ", 745: "M", 748: "w", 780: "æ", 800: "W—", 830: "œ",
    834: "Æ", 841: "%", 843: "m", 859: "Œ", 875: "@", 964: "…",
}  # fmt: skip
LARGEURS = {
    gras: {lettre: largeur for largeur, lettres in table.items() for lettre in lettres}
    for gras, table in ((False, _REGULIER), (True, _GRAS))
}


class _Avances(dict[str, int]):
    """Completes itself: letters with an accent, and those that we do not know, as the widest."""

    def __init__(self, connues: dict[str, int]) -> None:
        super().__init__(connues)
        self._inconnue = max(connues.values())

    def __missing__(self, lettre: str) -> int:
        lettres = unicodedata.normalize("NFD", lettre)
        self[lettre] = sum(
            self.get(partie, self._inconnue)
            for partie in lettres
            if not unicodedata.combining(partie)
        )
        return self[lettre]


_AVANCES = {gras: _Avances(table) for gras, table in LARGEURS.items()}


def largeur(texte: str, taille: float, *, gras: bool = False) -> float:
    """Width of a line at this size; a letter that we do not know counts as the widest."""
    return sum(map(_AVANCES[gras].__getitem__, texte)) * taille / 1000
