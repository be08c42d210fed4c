"""The environment, read once into one frozen value; the first room that every process enters.

Each variable may also be given as NAME_FILE, a path whose content is the value, so that secrets can stay in files.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

MINIMUM_SECRET_LENGTH = 32
DIFFERENT_CHARACTERS = 8
AES_KEY_BYTES = 32
MOST_DOLLARS = 10_000
EXAMPLE_WORDS = ("change-me", "changeme", "secret", "example", "password", "development")


class SettingsError(Exception):
    """The environment cannot be used; `problems` lists everything that is wrong with it, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The settings cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be configured. Units are in the names; .env.example describes each variable."""

    environment: str
    database_url: str
    database_owner_url: str | None
    database_read_url: str
    database_system_url: str
    redis_url: str
    public_url: str
    encryption_keys: tuple[tuple[int, bytes], ...]
    jwt_secret: str
    session_secret: str
    vapi_webhook_secret: str | None
    twilio_account_sid: str | None
    twilio_auth_token: str | None
    legacy_webhook_secret: str | None
    legacy_webhook_org_id: UUID | None
    vapi_private_key: str | None
    vapi_api_url: str
    twilio_api_url: str
    convoso_api_url: str
    resend_api_url: str
    resend_api_key: str | None
    resend_from: str | None
    resend_webhook_secret: str | None
    notice: str | None
    metrics_token: str | None
    sentry_dsn: str | None
    recordings_dir: Path
    recording_hosts: tuple[str, ...]
    openai_api_key: str | None
    openai_base_url: str
    openai_model: str
    openai_timeout_seconds: float
    openai_price_input: Decimal
    openai_price_output: Decimal
    max_body_bytes: int
    body_seconds: float
    api_limit_per_minute: int
    web_processes: int
    worker_processes: int
    worker_threads: int
    port: int
    trusted_proxies: int
    log_format: str
    log_level: str

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    def __repr__(self) -> str:
        return f"Settings(environment={self.environment!r}, public_url={self.public_url!r}, …)"


def _text(value: str) -> str:
    return value


def _secret(value: str) -> str:
    """A secret that comes in a header: repeated headers are joined by commas, so that it may hold none."""
    if "," in value:
        raise ValueError("must not contain a comma: headers that were sent twice are told by theirs")
    return value


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return read


def _seconds(most: int) -> Callable[[str], float]:
    def read(value: str) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1
        if not 0 < seconds <= most:
            raise ValueError(f"must be a number of seconds above 0 and at most {most}")
        return seconds

    return read


def _price(value: str) -> Decimal:
    try:
        price = Decimal(value)
    except InvalidOperation:
        price = Decimal(-1)
    if not (price.is_finite() and 0 <= price <= MOST_DOLLARS):
        raise ValueError(f"must be dollars from 0 to {MOST_DOLLARS}, such as 0.75")
    return price


def _url(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        try:
            parts = urlsplit(value)
            usable = parts.scheme in schemes and (parts.hostname or "host=" in parts.query)
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(f"must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
        return value.rstrip("/")

    return read


def _folder(value: str) -> Path:
    if not value.startswith("/"):
        raise ValueError("must be the whole path of a folder, from / on")
    return Path(value)


def _hosts(value: str) -> tuple[str, ...]:
    """Names of hosts; one that begins with a dot stands for all below it."""
    hosts = tuple(host.strip().lower() for host in value.split(",") if host.strip())
    if not all(HOST.fullmatch(host) for host in hosts):
        raise ValueError("must list names of hosts, comma between: files.example.com,.storage.example.com")
    return hosts


def _keys(value: str) -> tuple[tuple[int, bytes], ...]:
    try:
        pairs = [part.strip().split(":", 1) for part in value.split(",")]
        keys = tuple((int(version), base64.b64decode(key, validate=True)) for version, key in pairs)
    except (ValueError, binascii.Error):
        keys = ()
    versions = [version for version, _ in keys]
    if not keys or len(set(versions)) != len(versions) or any(len(key) != AES_KEY_BYTES for _, key in keys):
        raise ValueError(
            'must list keys as "2:<base64 of 32 bytes>,1:<…>", newest first; make one with `openssl rand -base64 32`'
        )
    if not all(0 < version < 256 for version in versions):
        raise ValueError("must number its keys from 1 to 255")
    return keys


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise ValueError("must be a UUID, as `./aftercall orgs list` prints them") from None


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    read: Callable[[str], Any]
    default: str | None = None
    required: bool = False


DATABASE = _url("postgresql", "postgres")
API = _url("https", "http")
HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*")

VARIABLES = (
    Variable("AFTERCALL_ENV", _one_of("development", "production"), "development"),
    Variable("DATABASE_URL", DATABASE, required=True),
    Variable("DATABASE_OWNER_URL", DATABASE),
    Variable("DATABASE_READ_URL", DATABASE, required=True),
    Variable("DATABASE_SYSTEM_URL", DATABASE, required=True),
    Variable("REDIS_URL", _url("redis", "rediss"), required=True),
    Variable("PUBLIC_URL", _url("https", "http"), required=True),
    Variable("ENCRYPTION_KEYS", _keys, required=True),
    Variable("JWT_SECRET", _text, required=True),
    Variable("SESSION_SECRET", _text, required=True),
    Variable("VAPI_WEBHOOK_SECRET", _secret),
    Variable("TWILIO_ACCOUNT_SID", _text),
    Variable("TWILIO_AUTH_TOKEN", _text),
    Variable("LEGACY_WEBHOOK_SECRET", _secret),
    Variable("LEGACY_WEBHOOK_ORG_ID", _uuid),
    Variable("VAPI_PRIVATE_KEY", _text),
    Variable("VAPI_API_URL", API, "https://api.vapi.ai"),
    Variable("TWILIO_API_URL", API, "https://api.twilio.com"),
    Variable("CONVOSO_API_URL", API, "https://api.convoso.com"),
    Variable("RESEND_API_URL", API, "https://api.resend.com"),
    Variable("RESEND_API_KEY", _text),
    Variable("RESEND_FROM", _text),
    Variable("RESEND_WEBHOOK_SECRET", _text),
    Variable("NOTICE", _text),
    Variable("METRICS_TOKEN", _text),
    Variable("SENTRY_DSN", API),
    Variable("RECORDINGS_DIR", _folder, "/var/lib/aftercall/recordings"),
    Variable("RECORDING_HOSTS", _hosts, "storage.vapi.ai"),
    Variable("OPENAI_API_KEY", _text),
    Variable("OPENAI_BASE_URL", _url("https", "http"), "https://api.openai.com/v1"),
    Variable("OPENAI_MODEL", _text, "gpt-5.4-mini"),
    Variable("OPENAI_TIMEOUT_SECONDS", _seconds(40), "20"),
    Variable("OPENAI_PRICE_INPUT", _price, "0.75"),
    Variable("OPENAI_PRICE_OUTPUT", _price, "4.50"),
    Variable("MAX_BODY_BYTES", _whole(1_024, 64 * 1024 * 1024), str(2 * 1024 * 1024)),
    Variable("BODY_SECONDS", _seconds(600), "20"),
    Variable("API_LIMIT_PER_MINUTE", _whole(1, 1_000_000), "600"),
    Variable("WEB_PROCESSES", _whole(1, 64), "2"),
    Variable("WORKER_PROCESSES", _whole(1, 64), "2"),
    Variable("WORKER_THREADS", _whole(1, 64), "4"),
    Variable("PORT", _whole(1, 65535), "8000"),
    Variable("TRUSTED_PROXIES", _whole(0, 10), "0"),
    Variable("LOG_FORMAT", _one_of("text", "json"), "text"),
    Variable("LOG_LEVEL", _one_of("debug", "info", "warning", "error"), "info"),
)

FIELD_OF = {variable.name: variable.name.lower() for variable in VARIABLES} | {"AFTERCALL_ENV": "environment"}
SECRETS = ("JWT_SECRET", "SESSION_SECRET", "VAPI_WEBHOOK_SECRET", "LEGACY_WEBHOOK_SECRET", "METRICS_TOKEN")
TRAVELS = {
    "PUBLIC_URL": "tokens and sessions travel",
    "OPENAI_BASE_URL": "what was said travels",
    "VAPI_API_URL": "credentials travel",
    "TWILIO_API_URL": "credentials travel",
    "CONVOSO_API_URL": "credentials travel",
    "RESEND_API_URL": "credentials travel",
    "SENTRY_DSN": "errors travel",
}
"""Addresses that production wants encrypted, and why."""


PAIRS = (
    ("twilio_account_sid", "twilio_auth_token"),
    ("legacy_webhook_secret", "legacy_webhook_org_id"),
    ("resend_api_key", "resend_from"),
)
"""Fields that are worth nothing without each other."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment; raises SettingsError with everything that is wrong at once."""
    problems: list[str] = []
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        values[FIELD_OF[variable.name]] = _read(variable, environ, problems)
    problems += _contradictions(values)
    if values["environment"] == "production":
        problems += _dangers(values)
    if problems:
        raise SettingsError(problems)
    return Settings(**values)


def _read(variable: Variable, environ: Mapping[str, str], problems: list[str]) -> Any:
    given: str | None = _given(variable.name, environ, problems)
    if not given:
        if variable.required:
            problems.append(f"{variable.name} is not set; .env.example says what it is for")
        given = variable.default
    if given is None:
        return None
    try:
        return variable.read(given)
    except ValueError as error:
        problems.append(f"{variable.name} {error}")
        return None


def _given(name: str, environ: Mapping[str, str], problems: list[str]) -> str:
    direct, path = environ.get(name, "").strip(), environ.get(name + "_FILE", "").strip()
    if direct and path:
        problems.append(f"{name} and {name}_FILE are both set; keep one")
    if direct or not path:
        return direct
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name}_FILE cannot be read: {type(error).__name__} at {path}")
        return ""


def _contradictions(values: dict[str, Any]) -> list[str]:
    problems = []
    for one, other in PAIRS:
        if bool(values[one]) != bool(values[other]):
            problems.append(f"{one.upper()} and {other.upper()} go together; set both or neither")
    return problems


def _is_weak(secret: str) -> bool:
    too_plain = len(secret) < MINIMUM_SECRET_LENGTH or len(set(secret)) < DIFFERENT_CHARACTERS
    return too_plain or any(word in secret.lower() for word in EXAMPLE_WORDS)


def _dangers(values: dict[str, Any]) -> list[str]:
    """What is bearable on a laptop and not in production."""
    problems = []
    for name in SECRETS:
        secret = values[FIELD_OF[name]]
        if secret and _is_weak(secret):
            problems.append(
                f"{name} is short or a default; in production it needs {MINIMUM_SECRET_LENGTH} random characters"
            )
    if values["jwt_secret"] and values["jwt_secret"] == values["session_secret"]:
        problems.append("JWT_SECRET and SESSION_SECRET are the same; each needs its own")
    problems += [
        f"{name} must begin with https:// in production: {what} over it"
        for name, what in TRAVELS.items()
        if values[FIELD_OF[name]] and not values[FIELD_OF[name]].startswith("https://")
    ]
    urls = [
        values[FIELD_OF[name]]
        for name in ("DATABASE_URL", "DATABASE_READ_URL", "DATABASE_SYSTEM_URL", "DATABASE_OWNER_URL")
    ]
    users = [urlsplit(url).username for url in urls if url]
    if len(set(users)) != len(users):
        problems.append(
            "The DATABASE_…_URL variables must each use a role of their own; docs/operations.md creates them"
        )
    if "postgres" in users:
        problems.append("A DATABASE_…_URL uses the superuser postgres; use the four roles of docs/operations.md")
    if values["encryption_keys"] and any(len(set(key)) < 8 for _, key in values["encryption_keys"]):
        problems.append("ENCRYPTION_KEYS holds a key that is not random; make one with `openssl rand -base64 32`")
    return problems


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings, read at the first call."""
    return read_settings(os.environ)
