"""Whether a call booked an appointment: by the act itself, by the provider's data, or by the words."""

from rules.booking.proofs import Proofs
from rules.booking.verdict import KIND, VERSION, decide_booking, read_booking

__all__ = ["KIND", "VERSION", "Proofs", "decide_booking", "read_booking"]
