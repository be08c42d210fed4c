"""The words that are sent where an organization has written none of its own."""

from __future__ import annotations

from rules.wording import Words
from vocabulary import Method, Purpose

DEFAULTS: dict[tuple[Purpose, Method], Words] = {
    (Purpose.REMINDER, Method.SMS): Words(
        "Hi {{ first_name }}, a reminder from {{ clinic }}: {{ title }} on {{ date }} at {{ time }}. "
        "If you cannot come, please call us. Reply STOP to opt out."
    ),
    (Purpose.REMINDER, Method.EMAIL): Words(
        "Hi {{ first_name }},\n\nthis is a reminder of your appointment at {{ clinic }}:\n\n"
        "{{ title }}\n{{ date }} at {{ time }}\n\nIf you cannot come, please call us.\n\n{{ clinic }}\n",
        "Your appointment at {{ clinic }} on {{ date }}",
    ),
    (Purpose.HOT_LEAD, Method.SMS): Words(
        "Hot lead at {{ clinic }}, score {{ score }}: {{ name }}, {{ phone }}. Asked about: {{ service }}. {{ link }}"
    ),
}
FOLLOWUPS = {
    "booked": "Hi {{ first_name }}, thank you for booking with {{ clinic }}. We look forward to seeing you. "
    "Reply STOP to opt out.",
    "rescheduled": "Hi {{ first_name }}, your appointment at {{ clinic }} was moved as you asked. See you then. "
    "Reply STOP to opt out.",
    "cancelled": "Hi {{ first_name }}, your appointment at {{ clinic }} is cancelled. Call us when you want a new one. "
    "Reply STOP to opt out.",
    "requested": "Hi {{ first_name }}, thank you for calling {{ clinic }}. We will call you to find a time. "
    "Reply STOP to opt out.",
    "callback": "Hi {{ first_name }}, thank you for calling {{ clinic }}. We will call you back soon. "
    "Reply STOP to opt out.",
    "answered": "Hi {{ first_name }}, thank you for calling {{ clinic }}. Any questions? Text us here. "
    "Reply STOP to opt out.",
    "no_answer": "Hi, this is {{ clinic }}. We tried to reach you. Text us here or call us when it suits you. "
    "Reply STOP to opt out.",
    "voicemail": "Hi, this is {{ clinic }}. We left you a voicemail. Text us here or call us when it suits you. "
    "Reply STOP to opt out.",
}
"""Follow-ups to begin with, by the result of the call; none is sent by itself until an organization sets it up."""
