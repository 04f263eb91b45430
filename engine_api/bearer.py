"""Bearer tokens: short-lived JWTs signed with a key that never leaves its file, and the tokens that renew them."""

import hmac
from dataclasses import dataclass

import jwt

from plant.errors import NotSignedIn

_ALGORITHM = "HS256"
_ISSUER = "process-dynamics-engine"
_NEEDED = ["exp", "iat", "iss", "aud", "sub", "sid"]
LONGEST = 2000
"""Characters of a token; ours have some 300."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: the user, the sign-in that it belongs to, when it ends (seconds since 1970)."""

    user: str
    sign_in: str
    expires: float


class Signer:
    """Makes and reads tokens with one key."""

    def __init__(self, key: bytes) -> None:
        self._access = hmac.digest(key, b"access", "sha256")
        self._refresh = hmac.digest(key, b"refresh", "sha256")

    def access(self, claims: Claims, now: float) -> str:
        """An access token."""
        content = {
            "iss": _ISSUER, "aud": _ISSUER, "sub": claims.user, "sid": claims.sign_in, "iat": int(now),
            "exp": int(claims.expires),
        }  # fmt: skip
        return jwt.encode(content, self._access, _ALGORITHM)

    def read(self, token: str) -> Claims:
        """What a token says. Raises NotSignedIn for one that is not ours, not whole, or over."""
        try:
            content = jwt.decode(
                token[:LONGEST], self._access, [_ALGORITHM], options={"require": _NEEDED}, issuer=_ISSUER,
                audience=_ISSUER,
            )  # fmt: skip
            return Claims(str(content["sub"]), str(content["sid"]), float(content["exp"]))
        except jwt.ExpiredSignatureError:
            raise NotSignedIn("the access token is over: renew it, or sign in again") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise NotSignedIn("the access token is not valid") from None

    def refresh(self, sign_in: str, generation: int) -> str:
        """The token that renews a sign-in once."""
        return f"{sign_in}.{generation}.{self._sealed(sign_in, str(generation))}"

    def read_refresh(self, token: str) -> tuple[str, int]:
        """The sign-in and the generation of a refresh token that we gave out. Raises NotSignedIn."""
        sign_in, _, rest = token[:LONGEST].partition(".")
        generation, _, seal = rest.partition(".")
        genuine = hmac.compare_digest(seal.encode(), self._sealed(sign_in, generation).encode())
        if not genuine or not (generation.isascii() and generation.isdecimal()):
            raise NotSignedIn("the refresh token is not valid")
        return sign_in, int(generation)

    def _sealed(self, sign_in: str, generation: str) -> str:
        return hmac.digest(self._refresh, f"{sign_in}.{generation}".encode(), "sha256").hex()
