"""settings.py: each rule with the words that it answers in, and .env.example against the list of variables."""

from __future__ import annotations

import base64
import os
import re
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from run.home import PROJECT
from settings import VARIABLES, Settings, SettingsError, read_settings, settings

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(100, 132))).decode()

LAPTOP = {
    "DATABASE_URL": "postgresql://aftercall_app:a@127.0.0.1:5432/aftercall",
    "DATABASE_READ_URL": "postgresql://aftercall_read:b@127.0.0.1:5432/aftercall",
    "DATABASE_SYSTEM_URL": "postgresql://aftercall_system:c@127.0.0.1:5432/aftercall",
    "REDIS_URL": "redis://:d@127.0.0.1:6379/0",
    "PUBLIC_URL": "http://localhost:8000",
    "ENCRYPTION_KEYS": f"1:{KEY}",
    "JWT_SECRET": "j",
    "SESSION_SECRET": "s",
}
PRODUCTION = LAPTOP | {
    "AFTERCALL_ENV": "production",
    "PUBLIC_URL": "https://calls.example.com",
    "JWT_SECRET": "a41c6f0be2d94875b3f6a1c0d8e7f2954b6a",
    "SESSION_SECRET": "0f9e8d7c6b5a49382716f5e4d3c2b1a0918f",
}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return caught.value.problems


def test_a_laptop_needs_eight_variables_and_the_rest_has_defaults() -> None:
    chosen = read_settings(LAPTOP)
    assert chosen == Settings(
        environment="development",
        database_url="postgresql://aftercall_app:a@127.0.0.1:5432/aftercall",
        database_owner_url=None,
        database_read_url="postgresql://aftercall_read:b@127.0.0.1:5432/aftercall",
        database_system_url="postgresql://aftercall_system:c@127.0.0.1:5432/aftercall",
        redis_url="redis://:d@127.0.0.1:6379/0",
        public_url="http://localhost:8000",
        encryption_keys=((1, bytes(range(32))),),
        jwt_secret="j",
        session_secret="s",
        vapi_webhook_secret=None,
        twilio_account_sid=None,
        twilio_auth_token=None,
        legacy_webhook_secret=None,
        legacy_webhook_org_id=None,
        vapi_private_key=None,
        vapi_api_url="https://api.vapi.ai",
        twilio_api_url="https://api.twilio.com",
        convoso_api_url="https://api.convoso.com",
        resend_api_url="https://api.resend.com",
        resend_api_key=None,
        resend_from=None,
        resend_webhook_secret=None,
        notice=None,
        metrics_token=None,
        sentry_dsn=None,
        recordings_dir=Path("/var/lib/aftercall/recordings"),
        recording_hosts=("storage.vapi.ai",),
        openai_api_key=None,
        openai_base_url="https://api.openai.com/v1",
        openai_model="gpt-5.4-mini",
        openai_timeout_seconds=20.0,
        openai_price_input=Decimal("0.75"),
        openai_price_output=Decimal("4.50"),
        max_body_bytes=2_097_152,
        body_seconds=20.0,
        api_limit_per_minute=600,
        web_processes=2,
        worker_processes=2,
        worker_threads=4,
        port=8000,
        trusted_proxies=0,
        log_format="text",
        log_level="info",
    )
    assert chosen.is_production is False


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert problems({"PORT": "http", "LOG_LEVEL": "loud", "TWILIO_ACCOUNT_SID": "AC1"}) == [
        "DATABASE_URL is not set; .env.example says what it is for",
        "DATABASE_READ_URL is not set; .env.example says what it is for",
        "DATABASE_SYSTEM_URL is not set; .env.example says what it is for",
        "REDIS_URL is not set; .env.example says what it is for",
        "PUBLIC_URL is not set; .env.example says what it is for",
        "ENCRYPTION_KEYS is not set; .env.example says what it is for",
        "JWT_SECRET is not set; .env.example says what it is for",
        "SESSION_SECRET is not set; .env.example says what it is for",
        "PORT must be a whole number from 1 to 65535",
        "LOG_LEVEL must be one of debug, info, warning, error",
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN go together; set both or neither",
    ]


def test_the_error_prints_one_list() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(LAPTOP | {"PORT": "0", "LOG_FORMAT": "xml"})
    assert str(caught.value) == (
        "The settings cannot be used:\n"
        "  - PORT must be a whole number from 1 to 65535\n"
        "  - LOG_FORMAT must be one of text, json"
    )


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("AFTERCALL_ENV", "staging", "must be one of development, production"),
        ("DATABASE_URL", "mysql://a@b/c", "must be a URL that begins with postgresql:// or postgres://"),
        ("DATABASE_URL", "postgresql://", "must be a URL that begins with postgresql:// or postgres://"),
        ("DATABASE_URL", "postgresql://[::1", "must be a URL that begins with postgresql:// or postgres://"),
        ("PUBLIC_URL", "calls.example.com", "must be a URL that begins with https:// or http://"),
        ("MAX_BODY_BYTES", "1023", "must be a whole number from 1024 to 67108864"),
        ("MAX_BODY_BYTES", "67108865", "must be a whole number from 1024 to 67108864"),
        ("MAX_BODY_BYTES", "2e6", "must be a whole number from 1024 to 67108864"),
        ("BODY_SECONDS", "0", "must be a number of seconds above 0 and at most 600"),
        ("BODY_SECONDS", "601", "must be a number of seconds above 0 and at most 600"),
        ("BODY_SECONDS", "nan", "must be a number of seconds above 0 and at most 600"),
        ("BODY_SECONDS", "soon", "must be a number of seconds above 0 and at most 600"),
        ("OPENAI_TIMEOUT_SECONDS", "41", "must be a number of seconds above 0 and at most 40"),
        ("OPENAI_PRICE_INPUT", "-1", "must be dollars from 0 to 10000, such as 0.75"),
        ("OPENAI_PRICE_OUTPUT", "NaN", "must be dollars from 0 to 10000, such as 0.75"),
        ("OPENAI_PRICE_OUTPUT", "a dollar", "must be dollars from 0 to 10000, such as 0.75"),
        ("OPENAI_BASE_URL", "api.openai.com", "must be a URL that begins with https:// or http://"),
        ("VAPI_API_URL", "ftp://api.vapi.ai", "must be a URL that begins with https:// or http://"),
        ("RECORDINGS_DIR", "recordings", "must be the whole path of a folder, from / on"),
        (
            "RECORDING_HOSTS",
            "a.example.com,https://b.example.com",
            "must list names of hosts, comma between: files.example.com,.storage.example.com",
        ),
        ("WEB_PROCESSES", "0", "must be a whole number from 1 to 64"),
        ("WORKER_PROCESSES", "65", "must be a whole number from 1 to 64"),
        ("WORKER_THREADS", "-1", "must be a whole number from 1 to 64"),
        ("PORT", "65536", "must be a whole number from 1 to 65535"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_rule(name: str, value: str, complaint: str) -> None:
    assert problems(LAPTOP | {name: value}) == [f"{name} {complaint}"]


def test_a_legacy_organization_is_a_uuid() -> None:
    given = LAPTOP | {"LEGACY_WEBHOOK_SECRET": "x", "LEGACY_WEBHOOK_ORG_ID": "clinic"}
    assert problems(given)[0] == "LEGACY_WEBHOOK_ORG_ID must be a UUID, as `./aftercall orgs list` prints them"


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_redis_and_valkey_urls_are_taken(scheme: str) -> None:
    assert read_settings(LAPTOP | {"REDIS_URL": f"{scheme}://cache:6379/0"}).redis_url == f"{scheme}://cache:6379/0"


def test_a_database_may_be_reached_through_a_socket() -> None:
    url = "postgresql://aftercall_app:a@/aftercall?host=/var/run/postgresql&port=5432"
    assert read_settings(LAPTOP | {"DATABASE_URL": url}).database_url == url


def test_a_slash_at_the_end_of_the_public_url_is_dropped() -> None:
    assert (
        read_settings(LAPTOP | {"PUBLIC_URL": "https://calls.example.com/"}).public_url == "https://calls.example.com"
    )


def test_keys_are_read_newest_first() -> None:
    chosen = read_settings(LAPTOP | {"ENCRYPTION_KEYS": f"2:{OTHER_KEY}, 1:{KEY}"})
    assert chosen.encryption_keys == ((2, bytes(range(100, 132))), (1, bytes(range(32))))


@pytest.mark.parametrize(
    "keys",
    ["not a key", f"1:{KEY},1:{OTHER_KEY}", "1:" + base64.b64encode(bytes(16)).decode(), f"one:{KEY}", "1:%%%%", "1"],
)
def test_keys_that_cannot_be_used_are_refused_with_the_form(keys: str) -> None:
    [problem] = problems(LAPTOP | {"ENCRYPTION_KEYS": keys})
    assert problem.startswith('ENCRYPTION_KEYS must list keys as "2:<base64 of 32 bytes>,1:<…>", newest first')


@pytest.mark.parametrize("version", ["0", "256"])
def test_a_key_version_fits_in_a_byte(version: str) -> None:
    assert problems(LAPTOP | {"ENCRYPTION_KEYS": f"{version}:{KEY}"}) == [
        "ENCRYPTION_KEYS must number its keys from 1 to 255"
    ]


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "x"),
        ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID", "x"),
        ("LEGACY_WEBHOOK_SECRET", "LEGACY_WEBHOOK_ORG_ID", "x"),
        ("LEGACY_WEBHOOK_ORG_ID", "LEGACY_WEBHOOK_SECRET", "018f4e6c-0000-7000-8000-000000000001"),
    ],
)
def test_one_half_of_a_pair_is_refused(one: str, other: str, value: str) -> None:
    [problem] = problems(LAPTOP | {one: value})
    assert one in problem
    assert f"{other}" in problem
    assert problem.endswith("go together; set both or neither")


def test_a_whole_pair_is_taken() -> None:
    org = "018f4e6c-0000-7000-8000-000000000001"
    chosen = read_settings(LAPTOP | {"LEGACY_WEBHOOK_SECRET": "x", "LEGACY_WEBHOOK_ORG_ID": org})
    assert chosen.legacy_webhook_org_id == UUID(org)


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text("from the file\n")
    given = {name: value for name, value in LAPTOP.items() if name != "JWT_SECRET"}
    assert read_settings(given | {"JWT_SECRET_FILE": str(tmp_path / "jwt")}).jwt_secret == "from the file"


def test_a_value_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text("from the file")
    given = LAPTOP | {"JWT_SECRET_FILE": str(tmp_path / "jwt")}
    assert problems(given) == ["JWT_SECRET and JWT_SECRET_FILE are both set; keep one"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    given = {name: value for name, value in LAPTOP.items() if name != "JWT_SECRET"}
    missing = tmp_path / "missing"
    assert problems(given | {"JWT_SECRET_FILE": str(missing)}) == [
        f"JWT_SECRET_FILE cannot be read: FileNotFoundError at {missing}",
        "JWT_SECRET is not set; .env.example says what it is for",
    ]


def test_blanks_around_a_value_do_not_count() -> None:
    assert read_settings(LAPTOP | {"PORT": " 9000 ", "VAPI_WEBHOOK_SECRET": "  "}).port == 9000


def test_production_takes_good_settings() -> None:
    assert read_settings(PRODUCTION).is_production is True


@pytest.mark.parametrize("name", ["JWT_SECRET", "SESSION_SECRET", "VAPI_WEBHOOK_SECRET"])
@pytest.mark.parametrize(
    "secret", ["short", "change-me-change-me-change-me-change-me", "x-a-Password-that-is-quite-long-x"]
)
def test_production_refuses_secrets_that_are_short_or_an_example(name: str, secret: str) -> None:
    assert problems(PRODUCTION | {name: secret}) == [
        f"{name} is short or a default; in production it needs 32 random characters"
    ]


def test_production_refuses_a_public_url_without_https() -> None:
    assert problems(PRODUCTION | {"PUBLIC_URL": "http://calls.example.com"}) == [
        "PUBLIC_URL must begin with https:// in production: tokens and sessions travel over it"
    ]


def test_production_sends_what_was_said_only_over_https() -> None:
    assert problems(PRODUCTION | {"OPENAI_BASE_URL": "http://gateway.example.com/v1"}) == [
        "OPENAI_BASE_URL must begin with https:// in production: what was said travels over it"
    ]


@pytest.mark.parametrize("name", ["VAPI_API_URL", "TWILIO_API_URL", "CONVOSO_API_URL", "RESEND_API_URL"])
def test_production_sends_credentials_over_https_only(name: str) -> None:
    assert problems(PRODUCTION | {name: "http://provider.example.com"}) == [
        f"{name} must begin with https:// in production: credentials travel over it"
    ]


def test_recording_hosts_are_a_list_in_lower_case() -> None:
    chosen = read_settings(LAPTOP | {"RECORDING_HOSTS": "Files.example.com, .storage.example.com"})
    assert chosen.recording_hosts == ("files.example.com", ".storage.example.com")


def test_production_refuses_two_connections_as_one_role() -> None:
    assert problems(PRODUCTION | {"DATABASE_READ_URL": PRODUCTION["DATABASE_URL"]}) == [
        "The DATABASE_…_URL variables must each use a role of their own; docs/operations.md creates them"
    ]


def test_production_refuses_the_superuser() -> None:
    assert problems(PRODUCTION | {"DATABASE_OWNER_URL": "postgresql://postgres:x@db/aftercall"}) == [
        "A DATABASE_…_URL uses the superuser postgres; use the four roles of docs/operations.md"
    ]


def test_production_refuses_a_key_that_is_not_random() -> None:
    zeros = base64.b64encode(bytes(32)).decode()
    assert problems(PRODUCTION | {"ENCRYPTION_KEYS": f"1:{zeros}"}) == [
        "ENCRYPTION_KEYS holds a key that is not random; make one with `openssl rand -base64 32`"
    ]


def test_production_tells_all_of_its_refusals_at_once() -> None:
    assert len(problems(LAPTOP | {"AFTERCALL_ENV": "production"})) == 3


def test_settings_never_print_a_secret() -> None:
    chosen = read_settings(PRODUCTION)
    assert repr(chosen) == "Settings(environment='production', public_url='https://calls.example.com', …)"


def test_a_process_reads_its_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings()
    monkeypatch.setenv("PORT", "9999")
    assert settings() is first
    settings.cache_clear()
    assert settings().port == 9999


def test_the_example_names_every_variable_and_no_other() -> None:
    named = re.findall(r"^#?([A-Z][A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(variable.name for variable in VARIABLES)


def test_the_example_leaves_open_exactly_what_must_be_set() -> None:
    named = re.findall(r"^([A-Z][A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)
    required = {variable.name for variable in VARIABLES if variable.required}
    assert set(named) == required | {"AFTERCALL_ENV"}


def test_the_example_states_the_defaults() -> None:
    example = dict(re.findall(r"^#([A-Z][A-Z_]+)=(\S+)$", (PROJECT / ".env.example").read_text(), re.MULTILINE))
    stated = {variable.name: example.get(variable.name) for variable in VARIABLES if variable.default}
    assert stated | {"AFTERCALL_ENV": None} == {
        "AFTERCALL_ENV": None,
        "VAPI_API_URL": "https://api.vapi.ai",
        "TWILIO_API_URL": "https://api.twilio.com",
        "CONVOSO_API_URL": "https://api.convoso.com",
        "RESEND_API_URL": "https://api.resend.com",
        "RECORDINGS_DIR": "/var/lib/aftercall/recordings",
        "RECORDING_HOSTS": "storage.vapi.ai",
        "OPENAI_BASE_URL": "https://api.openai.com/v1",
        "OPENAI_MODEL": "gpt-5.4-mini",
        "OPENAI_TIMEOUT_SECONDS": "20",
        "OPENAI_PRICE_INPUT": "0.75",
        "OPENAI_PRICE_OUTPUT": "4.50",
        "MAX_BODY_BYTES": "2097152",
        "BODY_SECONDS": "20",
        "API_LIMIT_PER_MINUTE": "600",
        "WEB_PROCESSES": "2",
        "WORKER_PROCESSES": "2",
        "WORKER_THREADS": "4",
        "PORT": "8000",
        "TRUSTED_PROXIES": "0",
        "LOG_FORMAT": "text",
        "LOG_LEVEL": "info",
    }


def test_nothing_else_in_the_environment_matters() -> None:
    assert read_settings(dict(os.environ) | LAPTOP | {"HOME": "/nowhere"}).port == 8000
