"""Where a request comes from, with no more detail than a journal of security needs.

An IPv4 address is kept whole: it is what tells one assault from another, and the CNIL's
recommendation on logs (2021-122) allows it for that, for a year. Of an IPv6 address the network
(/64) alone is kept: the rest names one device, and changes with each try of whoever has a /64.
Of a browser, its family and its system; never the whole sentence that it says of itself.
"""

from __future__ import annotations

import ipaddress

# (what its sentence holds, its name): the first found; Chrome's word is in everybody's.
NAVIGATEURS = (
    ("edg/", "Edge"), ("edga/", "Edge"), ("edgios/", "Edge"), ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"), ("firefox/", "Firefox"), ("fxios/", "Firefox"),
    ("crios/", "Chrome"), ("chrome/", "Chrome"), ("safari/", "Safari"),
    ("curl/", "curl"), ("python", "programme Python"),
)  # fmt: skip
SYSTEMES = (
    ("android", "Android"), ("iphone", "iPhone"), ("ipad", "iPad"), ("windows", "Windows"),
    ("cros", "ChromeOS"), ("mac os", "Mac"), ("linux", "Linux"),
)  # fmt: skip


def kept_address(texte: str) -> str | None:
    """« 192.0.2.7 », « 2001:db8:1:2:: »; nothing for what is no address."""
    try:
        adresse = ipaddress.ip_address(texte.strip())
    except ValueError:
        return None
    if isinstance(adresse, ipaddress.IPv6Address):
        if adresse.ipv4_mapped:
            return str(adresse.ipv4_mapped)
        return str(ipaddress.ip_network((int(adresse) >> 64 << 64, 64)).network_address)
    return str(adresse)


def browser_family(agent: str) -> str:
    """« Firefox, Windows »."""
    dit = agent.lower()
    navigateur = next((nom for mot, nom in NAVIGATEURS if mot in dit), "")
    systeme = next((nom for mot, nom in SYSTEMES if mot in dit), "")
    return ", ".join(filter(None, [navigateur, systeme])) or ("autre" if dit else "")
