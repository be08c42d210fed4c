"""Redaction: what identifies a person, written or spoken, becomes a typed placeholder."""

from rules.redaction.redactor import KIND, VERSION, Redacted, redact, redact_text
from rules.redaction.words import Kind

__all__ = ["KIND", "VERSION", "Kind", "Redacted", "redact", "redact_text"]
