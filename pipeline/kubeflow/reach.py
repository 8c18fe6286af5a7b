"""How a server is reached: by which proxy, with which token, and whether others can read along."""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from core.errors import UserError


def read_token(variable: str) -> str:
    """Returns the bearer token that a variable of the environment holds.

    Raises:
        UserError: If it holds none.
    """
    # Files that hold tokens end with a line break.
    token = os.environ.get(variable, "").strip()
    if not token:
        raise UserError(f"--token-env {variable}: there is no such variable in the environment, or it is empty")
    if not (token.isascii() and token.isprintable()):
        # The HTTP client would refuse it too, and quote it.
        raise UserError(f"--token-env {variable}: no token: it has line breaks, or letters beyond ASCII")
    return token


def is_open(host: str) -> bool:
    """Returns whether what is sent to a host goes over a network, unencrypted."""
    return _remote(host)[0] == "http"


def proxy_of(host: str) -> str | None:
    """Returns the proxy that the environment names for a host, as other programs take it: `https_proxy`, `no_proxy`."""
    scheme, name = _remote(host if "://" in host else f"https://{host}")
    return None if not name or proxy_bypass(name) else getproxies().get(scheme)


def _remote(host: str) -> tuple[str, str]:
    """Returns the scheme and the name of a host that is reached over a network, empty for others."""
    try:
        address = urlsplit(host)
        name = (address.hostname or "").rstrip(".")
    except ValueError:
        # No address at all, which is told by whoever asks there.
        return "", ""
    try:
        here = ip_address(name).is_loopback
    except ValueError:
        here = name == "localhost" or name.endswith(".localhost")
    return ("", "") if here else (address.scheme, name)
