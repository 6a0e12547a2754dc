"""Settings from environment variables. A value that makes no sense stops the start and says which one it was.

Secrets may come from a file instead: NAME_FILE=/run/secrets/name stands for NAME. Those nobody gave are made once
and kept in var/, readable by their owner only.
"""

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def env_text(name: str, default: str = "") -> str:
    """The stripped value of NAME, or of the file that NAME_FILE points to. Both at once is an error."""
    value, file = os.environ.get(name, "").strip(), os.environ.get(f"{name}_FILE", "").strip()
    if value and file:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: remove one of them.")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE points to an empty file: {file}")
    return value or default


def env_bool(name: str, default: bool) -> bool:
    value = env_text(name).lower()
    if value and value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}: write true or false.")
    return value in TRUE if value else default


def env_int(name: str, default: int, *, least: int = 1, most: int = 1_000_000) -> int:
    value = env_text(name)
    try:
        number = int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.") from error
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {number}: write a number from {least} to {most}.")
    return number


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Values separated by commas or white space."""
    return env_text(name).replace(",", " ").split() or list(default)


def env_path(name: str, default: Path) -> Path:
    value = env_text(name)
    path = Path(value).expanduser() if value else default
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} is {value!r}: write an absolute path.")
    return path


def env_secret(name: str, kept: Path, make: Callable[[], str]) -> str:
    """NAME, else the content of `kept`, which is made on the first start."""
    value = env_text(name)
    if value:
        return value
    try:
        return _read_or_create(kept, make)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} is not set and {kept} cannot be used ({error}): set {name}.") from error


def env_fernet_keys(name: str, kept: Path) -> list[str]:
    """Fernet keys, the first one encrypts, all of them decrypt."""
    keys = env_secret(name, kept, lambda: Fernet.generate_key().decode()).replace(",", " ").split()
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: entry {position} is not a Fernet key. Make one with: "
                'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            ) from error
    return keys


def env_token_keys(name: str, kept: Path) -> dict[int, bytes]:
    """Versioned keys written as ``1:…`` with 64 hexadecimal digits; the highest version makes new tokens."""
    keys: dict[int, bytes] = {}
    for entry in env_secret(name, kept, lambda: f"1:{secrets.token_hex(32)}").replace(",", " ").split():
        version, _, digits = entry.partition(":")
        number = int(version) if version.isdecimal() and version.isascii() else 0
        if not 1 <= number <= 9_999 or number in keys or not re.fullmatch("[0-9a-fA-F]{64}", digits):
            raise ImproperlyConfigured(
                f"{name}: an entry is not VERSION:KEY with a version of its own from 1 to 9999 and 64 hexadecimal "
                'digits. Make a key with: python -c "import secrets; print(secrets.token_hex(32))"'
            )
        keys[number] = bytes.fromhex(digits)
    return keys


def _read_or_create(path: Path, make: Callable[[], str]) -> str:
    """Two processes may start at once: the content is complete before the name exists, and the first one wins."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.{os.getpid()}")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    value = path.read_text(encoding="utf-8").strip()
    if not value:
        raise OSError("the file is empty")
    return value
