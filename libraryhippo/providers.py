"""Sign-in providers, switched on by environment variables alone: Google, GitHub, and any OpenID Connect provider."""

import os
import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from libraryhippo import environment as env

BUILT_IN = {"google": ["openid", "profile", "email"], "github": ["user:email"]}
_OIDC = re.compile(r"OIDC_([A-Z0-9]+)_(URL|CLIENT_ID|CLIENT_SECRET|NAME|TRUSTED)")


def providers(*, plain_http: bool) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS. One that is set up by half is refused by the name of what is missing."""
    found: dict[str, Any] = {}
    for each, scope in BUILT_IN.items():
        app = _app(each.upper(), trusted=True)
        if app:
            found[each] = {"APPS": [app], "SCOPE": scope, "OAUTH_PKCE_ENABLED": True}
    found["openid_connect"] = {"APPS": [_oidc(each, plain_http=plain_http) for each in _oidc_names()]}
    return found


def _oidc_names() -> list[str]:
    """The IDs in OIDC_<ID>_…, of which anything is set."""
    names = sorted({match[1] for each in os.environ if (match := _OIDC.fullmatch(each)) and env.text(each)})
    if taken := sorted(set(names) & {each.upper() for each in BUILT_IN}):
        raise ImproperlyConfigured(f"OIDC_{taken[0]}_…: {taken[0].lower()} is built in; choose another name.")
    return names


def _oidc(name: str, *, plain_http: bool) -> dict[str, Any]:
    prefix = f"OIDC_{name}"
    url = env.url(f"{prefix}_URL").rstrip("/")
    if not url or not (url.startswith("https://") or plain_http):
        raise ImproperlyConfigured(f"{prefix}_URL is the provider's issuer, an address that begins with https://.")
    app = _app(prefix, trusted=False)
    if app is None:
        raise ImproperlyConfigured(f"{prefix}_URL is set, but {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET are not.")
    settings = {**app["settings"], "server_url": url, "oauth_pkce_enabled": True}
    return {**app, "provider_id": name.lower(), "name": env.text(f"{prefix}_NAME", name.title()), "settings": settings}


def _app(prefix: str, *, trusted: bool) -> dict[str, Any] | None:
    """Client and secret, and whether an address that the provider calls verified is taken for proven."""
    client, secret = f"{prefix}_CLIENT_ID", f"{prefix}_CLIENT_SECRET"
    if not env.given([client, secret]):
        return None
    if missing := [each for each in (client, secret) if not env.text(each)]:
        raise ImproperlyConfigured(f"{prefix} is set up by half: {missing[0]} is missing.")
    settings = {"trusted": env.flag(f"{prefix}_TRUSTED", trusted)}
    return {"client_id": env.text(client), "secret": env.text(secret), "settings": settings}
