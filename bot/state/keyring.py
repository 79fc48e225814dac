"""Who people are, as far as the state knows: keyed hashes, which nobody without the key can tell from chance."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.errors import SettingsError

LEAST = 16  # characters of a key
_HASHED = 32  # hexadecimal digits of a keyed hash: 128 bits


class Keyring:
    """Keyed hashes of ids (HMAC-SHA256, RFC 2104) and sealed data (Fernet), with keys derived from one (RFC 5869)."""

    def __init__(self, key: str) -> None:
        """Takes the key.

        Raises:
            SettingsError: it is shorter than 16 characters.
        """
        if len(key) < LEAST:
            raise SettingsError(
                f"khoá trong CHIDAO_DATABASE__KEY quá ngắn; cần ít nhất {LEAST} ký tự, ví dụ: openssl rand -hex 32",
                f"the key in CHIDAO_DATABASE__KEY is too short; it takes {LEAST} characters: openssl rand -hex 32",
            )
        self._naming = _derived(key, b"chidao names")
        self._sealing = Fernet(base64.urlsafe_b64encode(_derived(key, b"chidao seals")))

    def name(self, identity: int) -> str:
        """What stands for a user's or a chat's id, in 32 hexadecimal digits; of a private chat the two are one."""
        return hmac.new(self._naming, str(identity).encode(), hashlib.sha256).hexdigest()[:_HASHED]

    def secret(self, purpose: str) -> str:
        """A secret for some purpose, the same wherever the key is: 64 hexadecimal digits."""
        return hmac.new(self._naming, f"secret {purpose}".encode(), hashlib.sha256).hexdigest()

    def seal(self, data: bytes) -> bytes:
        """Data that only the key can read."""
        return self._sealing.encrypt(data)

    def unseal(self, sealed: bytes) -> bytes | None:
        """The data again; None where another key sealed it, or it was changed."""
        try:
            return self._sealing.decrypt(sealed)
        except InvalidToken:
            return None


def key_in(path: Path) -> str:
    """The key in a file of the home folder, which is made with a new one where there is none; for its owner alone.

    Raises:
        SettingsError: the file can neither be read nor be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="ascii") as file:
                path.chmod(0o600)
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        raise SettingsError(
            f"không đọc hay ghi được {path} ({kind}); kiểm tra CHIDAO_HOME, hoặc đặt CHIDAO_DATABASE__KEY",
            f"cannot read or write {path} ({kind}); check CHIDAO_HOME, or set CHIDAO_DATABASE__KEY",
        ) from None


def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
