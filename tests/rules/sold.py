"""What an organization sells in the tests of rules: the seven services that a new one starts with."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from rules.value import Service

SOLD: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("Botox", 400, ("botox", "wrinkle", "injection")),
    ("Facelift", 8000, ("facelift", "face lift")),
    ("Rhinoplasty", 6000, ("rhinoplasty", "nose job")),
    (
        "Breast Augmentation",
        7500,
        ("breast augmentation", "breast implant", "breast enlargement", "breast enhancement", "boob job"),
    ),
    ("Liposuction", 5000, ("liposuction", "lipo", "fat removal")),
    ("Fillers", 500, ("filler", "dermal filler", "lip filler", "lip injection", "juvederm", "restylane")),
    ("Consultation", 150, ("consultation", "consult")),
)
SERVICES = tuple(
    Service(UUID(int=1000 + place), name, Decimal(price), place + 1, keywords)
    for place, (name, price, keywords) in enumerate(SOLD)
)
