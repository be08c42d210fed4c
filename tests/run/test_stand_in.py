"""When an instance gets a stand-in, and what its settings then say."""

from __future__ import annotations

from pathlib import Path

import pytest

from run.environment import instance_variables
from run.home import Home
from run.stand_in import stand_in_for
from settings import read_settings
from tests.run.test_environment import ADDRESSES

URL = "http://127.0.0.1:8123"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_where_nobody_has_said_which_vapi_is_meant_it_is_played(home: Home) -> None:
    stand_in = stand_in_for(home, {}, 8001)
    assert stand_in is not None
    assert stand_in.url.startswith("http://127.0.0.1:")
    assert stand_in.program.environment["CONVOSO_AUTH_TOKEN"] == stand_in.convoso_token


@pytest.mark.parametrize("given", [{"VAPI_PRIVATE_KEY": "k"}, {"VAPI_API_URL": URL}, {"AFTERCALL_ENV": "production"}])
def test_who_has_a_provider_gets_no_stand_in(home: Home, given: dict[str, str]) -> None:
    assert stand_in_for(home, given, 8001) is None


def test_the_settings_lead_to_it_with_generated_credentials(home: Home) -> None:
    chosen = read_settings(instance_variables(home, {}, ADDRESSES, 8001, URL))
    assert {chosen.vapi_api_url, chosen.twilio_api_url, chosen.convoso_api_url} == {URL}
    assert len(chosen.vapi_private_key or "") > 30
    assert chosen.recordings_dir == home.folder / "recordings"


def test_a_real_account_at_twilio_is_asked_at_twilio(home: Home) -> None:
    given = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
    chosen = read_settings(instance_variables(home, given, ADDRESSES, 8001, URL))
    assert (chosen.vapi_api_url, chosen.twilio_api_url) == (URL, "https://api.twilio.com")
