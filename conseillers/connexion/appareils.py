"""« Chrome sur Android » out of what a browser says of itself."""

from __future__ import annotations

# In this order: each says the names of those that it comes from.
NAVIGATEURS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMES = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def appareil_of(agent: str) -> str:
    """Enough to recognise one's own telephone; never a version, which would change every month."""
    navigateur = next((nom for signe, nom in NAVIGATEURS.items() if signe in agent), "")
    systeme = next((nom for signe, nom in SYSTEMES.items() if signe in agent), "")
    return " sur ".join(filter(None, [navigateur, systeme])) or "Appareil inconnu"
