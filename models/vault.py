"""Encryption at rest: AES-256-GCM under numbered keys, each ciphertext bound to what it belongs to."""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from settings import settings

NONCE_BYTES = 12


class Unreadable(Exception):
    """A ciphertext cannot be opened: its key is gone, it was altered, or it belongs to something else."""


def seal(plaintext: bytes, *, bound_to: str) -> bytes:
    """Encrypts under the newest key: one byte of key version, the nonce, then ciphertext and tag."""
    version, _ = settings().encryption_keys[0]
    nonce = os.urandom(NONCE_BYTES)
    return bytes([version]) + nonce + _cipher(version).encrypt(nonce, plaintext, bound_to.encode())


def unseal(sealed: bytes | memoryview, *, bound_to: str) -> bytes:
    """What `seal` was given; raises Unreadable with the cure."""
    sealed = bytes(sealed)
    version, nonce, ciphertext = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _cipher(version[0]).decrypt(nonce, ciphertext, bound_to.encode())
    except (KeyError, IndexError):
        raise Unreadable("The key that sealed this is not in ENCRYPTION_KEYS; add its version back") from None
    except (InvalidTag, ValueError):
        raise Unreadable("This was altered, or sealed for another row, or under another key of that version") from None


def _cipher(version: int) -> AESGCM:
    return _ciphers(settings().encryption_keys)[version]


@lru_cache(maxsize=4)
def _ciphers(keys: tuple[tuple[int, bytes], ...]) -> dict[int, AESGCM]:
    return {version: AESGCM(key) for version, key in keys}
