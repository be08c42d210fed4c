"""What a number is by the word that announced it, and how many digits it then has."""

from __future__ import annotations

from collections.abc import Container

from rules.redaction.words import Kind, Topic

TAIL = 4
AREA = 3
"""Digits that a social security number begins with."""
LONGEST_CARD = 23
"""Digits of a card with its date and code said in one breath."""
LONGEST = 80
"""Digits that straight behind "my number is" are taken for it, whatever they are."""
SSN_LENGTH = 9
PHONE_LENGTHS = range(7, 16)
BIRTH_LENGTHS = range(4, 9)
CODE_LENGTHS = (3, 4)
ZIP_LENGTHS = (5, 9)
MEANT = {
    Topic.SSN: Kind.SSN,
    Topic.CARD: Kind.CARD,
    Topic.CODE: Kind.CARD,
    Topic.PHONE: Kind.PHONE,
    Topic.CALLING: Kind.PHONE,
    Topic.DOB: Kind.DOB,
    Topic.ZIP: Kind.ADDRESS,
    Topic.ADDRESS: Kind.ADDRESS,
}
WHOLE: dict[Topic, Container[int]] = {
    Topic.SSN: (SSN_LENGTH,),
    Topic.CARD: range(12, LONGEST_CARD + 1),
    Topic.PHONE: PHONE_LENGTHS,
    Topic.CALLING: PHONE_LENGTHS,
    Topic.DOB: (6, 8),
    Topic.ZIP: ZIP_LENGTHS,
}
PART: dict[Topic, Container[int]] = {
    Topic.SSN: range(AREA, LONGEST),
    Topic.CARD: range(TAIL, LONGEST),
    Topic.PHONE: range(PHONE_LENGTHS[0], LONGEST),
    Topic.CODE: CODE_LENGTHS,
    Topic.DOB: BIRTH_LENGTHS,
}
TAILED = {
    Topic.SSN: Kind.SSN,
    Topic.DOB: Kind.SSN,
    Topic.CARD: Kind.CARD,
    Topic.PHONE: Kind.PHONE,
    Topic.CALLING: Kind.PHONE,
    Topic.MEMBER: Kind.MEMBER_ID,
}
