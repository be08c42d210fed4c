"""Every ended reason that Vapi documents has a class, and the ones that matter have the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.outcomes import Fault, Outcome, classify

REASONS = Path(__file__).parents[3] / "shared" / "reference" / "vapi-ended-reasons.txt"

EXPECTED = {
    "customer-ended-call": ("human", "nobody", "completed"),
    "assistant-said-end-call-phrase": ("human", "nobody", "completed"),
    "assistant-forwarded-call": ("human", "nobody", "completed"),
    "customer-ended-call-during-transfer": ("human", "nobody", "completed"),
    "exceeded-max-duration": ("human", "nobody", "completed"),
    "silence-timed-out": ("human", "nobody", "completed"),
    "call.in-progress.twilio-completed-call": ("human", "nobody", "completed"),
    "call.ringing.hook-executed-say": ("human", "nobody", "completed"),
    "manually-canceled": ("human", "nobody", "canceled"),
    "customer-did-not-answer": ("not_reached", "nobody", "no_answer"),
    "voicemail": ("not_reached", "nobody", "no_answer"),
    "customer-busy": ("not_reached", "nobody", "busy"),
    "call.forwarding.operator-busy": ("not_reached", "nobody", "busy"),
    "twilio-failed-to-connect-call": ("not_reached", "carrier", "failed"),
    "sip-outbound-unallocated-number": ("not_reached", "organization", "failed"),
    "call.in-progress.error-warm-transfer-silence-timeout": ("not_reached", "organization", "completed"),
    "assistant-request-returned-no-assistant": ("our_setup", "organization", "failed"),
    "assistant-not-found": ("our_setup", "organization", "failed"),
    "call-start-error-neither-assistant-nor-server-set": ("our_setup", "organization", "failed"),
    "call.in-progress.error-configfault-model-unsupported-in-squad": ("our_setup", "organization", "failed"),
    "call.start.error-subscription-insufficient-credits": ("account", "organization", "failed"),
    "call.start.error-vapi-number-outbound-daily-limit": ("account", "organization", "failed"),
    "call.start.error-fraud-check-failed": ("account", "organization", "failed"),
    "pipeline-error-openai-429-exceeded-quota": ("platform", "vendor", "failed"),
    "pipeline-error-vapi-500-server-error": ("platform", "vapi", "failed"),
    "call.in-progress.error-vapifault-worker-died": ("platform", "vapi", "failed"),
    "call.start.error-vapifault-get-subscription": ("platform", "vapi", "failed"),
    "call.in-progress.error-providerfault-deepgram-returning-502-network-error": ("platform", "vendor", "failed"),
    "call.in-progress.error-providerfault-outbound-sip-403-forbidden": ("platform", "carrier", "failed"),
    "phone-call-provider-closed-websocket": ("platform", "carrier", "failed"),
    "worker-shutdown": ("platform", "vapi", "failed"),
    "pipeline-error-a-vendor-of-tomorrow-failed": ("platform", "vendor", "failed"),
    "some-new-error": ("platform", "unknown", "failed"),
    "hangup": ("unknown", "unknown", "completed"),
    "": ("unknown", "unknown", "completed"),
}


@pytest.mark.parametrize(("reason", "expected"), EXPECTED.items(), ids=[reason or "none" for reason in EXPECTED])
def test_a_reason_has_its_class_fault_and_status(reason: str, expected: tuple[str, str, str]) -> None:
    ending = classify(reason)
    assert (ending.outcome.value, ending.fault.value, ending.status.value) == expected


def test_a_missing_reason_is_unknown() -> None:
    assert classify(None).outcome is Outcome.UNKNOWN


@pytest.mark.skipif(not REASONS.exists(), reason="no list of reasons beside the repository")
def test_every_documented_reason_has_a_class_and_someone_at_fault() -> None:
    reasons = REASONS.read_text().split()
    assert len(reasons) == 604
    assert [one for one in reasons if classify(one).outcome is Outcome.UNKNOWN] == []
    assert [one for one in reasons if classify(one).fault is Fault.UNKNOWN] == []
