"""The variables of one instance: what the caller has set wins, what is missing is made once and kept in its home."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping

from run.embedded import Servers
from run.home import Home
from settings import VARIABLES

NAMES = [variable.name + suffix for variable in VARIABLES for suffix in ("", "_FILE")]


def is_set(given: Mapping[str, str], name: str) -> bool:
    return bool(given.get(name, "").strip() or given.get(name + "_FILE", "").strip())


def servers_for(home: Home, given: Mapping[str, str]) -> Servers:
    """The embedded servers that the caller's variables leave wanting: both, one or none."""
    return Servers(home, with_postgres=not is_set(given, "DATABASE_URL"), with_valkey=not is_set(given, "REDIS_URL"))


def instance_variables(
    home: Home, given: Mapping[str, str], addresses: Mapping[str, str], port: int, stand_in: str | None = None
) -> dict[str, str]:
    """Every variable that settings.py reads, for this instance. Generated secrets are the same at each start.

    `stand_in` is where the providers' stand-in listens, in place of those whose credentials were not given.
    """
    chosen = {name: given[name] for name in NAMES if given.get(name, "").strip()}
    chosen |= addresses
    chosen |= {"PORT": str(port)}
    for name, value in _generated(home, port).items():
        if not is_set(chosen, name):
            chosen[name] = value
    for name, value in _stood_in(home, given, stand_in).items() if stand_in else ():
        if not is_set(chosen, name):
            chosen[name] = value
    if not is_set(chosen, "TWILIO_ACCOUNT_SID") and not is_set(chosen, "TWILIO_AUTH_TOKEN"):
        chosen |= _example_twilio_account(home)
    return chosen


def _generated(home: Home, port: int) -> dict[str, str]:
    return {
        "PUBLIC_URL": f"http://localhost:{port}",
        "ENCRYPTION_KEYS": home.secret("encryption_keys", "1:" + base64.b64encode(secrets.token_bytes(32)).decode()),
        "JWT_SECRET": home.secret("jwt_secret"),
        "SESSION_SECRET": home.secret("session_secret"),
        "VAPI_WEBHOOK_SECRET": home.secret("vapi_webhook_secret"),
        "RECORDINGS_DIR": str(home.folder / "recordings"),
    }


def _stood_in(home: Home, given: Mapping[str, str], address: str) -> dict[str, str]:
    """A real account at Twilio is asked at Twilio, one at Resend at Resend; every page says what is not real."""
    variables = {"VAPI_PRIVATE_KEY": home.secret("vapi_private_key"), "VAPI_API_URL": address}
    stood_in = ["calls"]
    if not is_set(given, "TWILIO_ACCOUNT_SID"):
        variables["TWILIO_API_URL"] = address
        stood_in.insert(0, "texts")
    if not is_set(given, "RESEND_API_KEY"):
        variables |= _example_mail(home) | {"RESEND_API_URL": address}
        stood_in.insert(-1, "mail")
    words = " and ".join(filter(None, (", ".join(stood_in[:-1]), stood_in[-1])))
    notice = f"Demo: {words} go to a stand-in on this machine. Nobody outside is reached by them."
    return variables | {"CONVOSO_API_URL": address, "NOTICE": notice}


def _example_mail(home: Home) -> dict[str, str]:
    secret = base64.b64encode(secrets.token_bytes(24)).decode()
    return {
        "RESEND_API_KEY": home.secret("resend_api_key", "re_" + secrets.token_urlsafe(18)),
        "RESEND_FROM": "Sample Clinic <frontdesk@example.com>",
        "RESEND_WEBHOOK_SECRET": home.secret("resend_webhook_secret", "whsec_" + secret),
    }


def _example_twilio_account(home: Home) -> dict[str, str]:
    """An account that Twilio does not know, so that signed webhooks can be tried before there is a real one."""
    return {
        "TWILIO_ACCOUNT_SID": home.secret("twilio_account_sid", "AC" + secrets.token_hex(16)),
        "TWILIO_AUTH_TOKEN": home.secret("twilio_auth_token", secrets.token_hex(16)),
    }
