"""Encrypted containers, made here so that no other program is needed."""

import base64
import io
import struct
import zipfile
import zlib

from benchmarks.exfiltration._attacks.leak import Draw
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

_ENCRYPTED_FLAG = 0x1


def encrypted_zip(name: str, content: bytes, password: bytes, draw: Draw) -> bytes:
    """Return a zip with one member under the traditional cipher (PKWARE's APPNOTE 6.1)."""
    check = zlib.crc32(content)
    header = draw.bytes(11) + bytes([check >> 24])
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = _traditional(header + packer.compress(content) + packer.flush(), password)
    local = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 1, 8, 0, 33, check, len(body), len(content), len(name), 0
    )
    central = struct.pack(
        "<4s6H3I5H2I",
        *(b"PK\x01\x02", 20, 20, _ENCRYPTED_FLAG, 8, 0, 33, check, len(body), len(content)),
        *(len(name), 0, 0, 0, 0, 0, 0),
    )
    start = len(local) + len(name) + len(body)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), start, 0)
    made = local + name.encode() + body + central + name.encode() + end
    if zipfile.ZipFile(io.BytesIO(made)).infolist()[0].flag_bits != _ENCRYPTED_FLAG:
        raise ValueError("the archive is not what it should be")
    return made


def openssl_container(content: bytes, draw: Draw) -> bytes:
    """Return what `openssl enc -aes-256-cbc -pbkdf2` makes."""
    salt = draw.bytes(8)
    made = PBKDF2HMAC(hashes.SHA256(), 48, salt, 10_000).derive(b"secret")
    padder = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(made[:32]), modes.CBC(made[32:])).encryptor()
    return b"Salted__" + salt + cipher.update(padder.update(content) + padder.finalize()) + cipher.finalize()


def token(content: bytes, draw: Draw) -> bytes:
    """Return a Fernet token, which is base64."""
    return Fernet(base64.urlsafe_b64encode(draw.bytes(32))).encrypt(content)


def _traditional(content: bytes, password: bytes) -> bytes:
    steps = _crc_steps()
    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ steps[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ steps[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        turn(byte)
    made = bytearray()
    for byte in content:
        mask = (keys[2] | 2) & 0xFFFF
        made.append(byte ^ ((mask * (mask ^ 1)) >> 8) & 0xFF)
        turn(byte)
    return bytes(made)


def _crc_steps() -> list[int]:
    steps = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ 0xEDB88320 if value & 1 else value >> 1  # noqa: PLW2901 - one register
        steps.append(value)
    return steps
