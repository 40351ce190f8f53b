"""A token is believed when a key of ProConnect signed it, for us, and not too long ago."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import RequestFactory

from conseillers.connexion.proconnect import FOURNISSEUR, Protocole, _verified
from conseillers.tests.fournisseur import CLIENT, running, switch_on

EMETTEUR = "https://proconnect.exemple.fr/api/v2"
CLE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
AUTRE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIQUE = jwt.PyJWK(
    {**jwt.algorithms.RSAAlgorithm.to_jwk(CLE.public_key(), as_dict=True), "kid": "1"}
)


def token(cle: Any = CLE, algorithme: str = "RS256", **autres: Any) -> str:
    dit = {"iss": EMETTEUR, "aud": CLIENT, "sub": "abc", "exp": time.time() + 60} | autres
    dit = {nom: valeur for nom, valeur in dit.items() if valeur is not None}
    return jwt.encode(dit, cle, algorithm=algorithme)


def read(jeton: str) -> dict[str, Any]:
    return _verified(jeton, [PUBLIQUE], issuer=EMETTEUR, audience=CLIENT)


def test_a_token_of_theirs_for_us_is_read() -> None:
    assert read(token())["sub"] == "abc"


@pytest.mark.parametrize(
    "jeton",
    [
        token(cle=AUTRE),
        token(cle="x" * 64, algorithme="HS256"),
        token(cle=None, algorithme="none"),
        token(algorithme="RS512"),
        token(aud="un-autre-service"),
        token(iss="https://ailleurs.invalid"),
        token(exp=time.time() - 60),
        token(exp=None),
        token(nbf=time.time() + 600),
        token(aud=None),
        token()[:-8] + "AAAAAAAA",
        "rien",
    ],
    ids=["key", "HS256", "none", "RS512", "aud", "iss", "exp", "no exp", "nbf", "no aud", "cut",
         "words"],
)  # fmt: skip
def test_anything_else_is_refused(jeton: str) -> None:
    with pytest.raises(jwt.PyJWTError):
        read(jeton)


def test_metadata_that_name_another_issuer_are_refused(settings: Any, db: None) -> None:
    """Whoever answers at the address of the settings does not choose who signs."""
    with running() as fournisseur:
        switch_on(settings, fournisseur)
        protocole = Protocole(RequestFactory().get("/"), FOURNISSEUR)
        assert protocole._issuer()
        protocole.openid_config["issuer"] = "https://ailleurs.invalid"
        with pytest.raises(OAuth2Error):
            protocole._issuer()
