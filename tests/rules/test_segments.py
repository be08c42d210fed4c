"""Segments: what a text message costs, before it is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.segments import BASIC, EXTENSION, Segments, segments

EMOJI = "😀"


@pytest.mark.parametrize(
    ("text", "encoding", "length", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("Hello", "GSM-7", 5, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" * 5, "GSM-7", 162, 2),
        ("€" * 153, "GSM-7", 306, 3),  # 76 to a segment, because a pair stays together
        ("¿Mañana a las 3? Ñ é ü", "GSM-7", 22, 1),
        ("á" * 70, "UCS-2", 70, 1),  # á, í, ó and ú are in no GSM table
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("don’t", "UCS-2", 5, 1),
        ("a" * 100 + "“", "UCS-2", 101, 2),
        (EMOJI * 35, "UCS-2", 70, 1),
        (EMOJI * 36, "UCS-2", 72, 2),
        (EMOJI * 67, "UCS-2", 134, 3),  # 33 to a segment: half of an emoji is nothing
        ("tab\tis not in it", "UCS-2", 16, 1),
        ("two\nlines\r\n", "GSM-7", 11, 1),
    ],
)
def test_a_texts_encoding_length_and_segments(text: str, encoding: str, length: int, count: int) -> None:
    found = segments(text)
    assert (found.encoding, found.length, found.count) == (encoding, length, count)


def test_the_tables_are_those_of_the_standard() -> None:
    assert (len(BASIC), len(EXTENSION), BASIC & EXTENSION) == (127, 10, frozenset())  # 128 with the escape itself


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_the_length_in_ucs_2_is_that_of_utf_16(text: str) -> None:
    found = segments(text + "ж")
    assert (found.encoding, found.length) == ("UCS-2", len((text + "ж").encode("utf-16-le")) // 2)


@given(st.text(alphabet=[*sorted(BASIC | EXTENSION), "ж", EMOJI], max_size=700))
def test_segments_suffice_and_none_is_to_spare(text: str) -> None:
    found = segments(text)
    one, each = (160, 153) if found.encoding == "GSM-7" else (70, 67)
    assert found.count == 1 if found.length <= one else found.length <= found.count * each
    assert found.count == 1 or found.length > (found.count - 1) * (each - 1)


def test_another_character_never_makes_it_shorter() -> None:
    assert segments("a" * 80) == Segments("GSM-7", 80, 1)
    assert segments("a" * 80 + EMOJI) == Segments("UCS-2", 82, 2)
