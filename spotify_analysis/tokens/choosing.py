"""Stores and ciphers by their addresses."""

from __future__ import annotations

from pathlib import Path

from spotify_analysis import errors
from spotify_analysis.tokens.file import FileStore
from spotify_analysis.tokens.memory import MemoryStore
from spotify_analysis.tokens.protocols import Cipher, PlainCipher, TokenStore

__all__ = ["cipher_for", "store_for"]

_IN_THIS_PROCESS = MemoryStore()


def store_for(uri: str, *, data_dir: Path, key: str | None) -> TokenStore:
    """Make the store an address names, sealed with the key another address names.

    Parameters
    ----------
    uri : str
        ``"file"``, ``"file:FOLDER"``, ``"memory"``, ``"sqlite:///FILE"``,
        ``"postgresql+psycopg://USER@HOST/DATABASE"`` or ``"vault-kv://secret/spotify/{user}"``.
    data_dir : Path
        The folder in which ``"file"`` makes its own.
    key : str or None
        As in `cipher_for`. None lets the store choose: files are sealed with the keyring if there
        is one, Vault keeps its secrets sealed by itself, and a database wants to be told.

    Returns
    -------
    TokenStore
        The store; ``"memory"`` is one and the same in a process. Nothing is opened yet.

    Raises
    ------
    ConfigError
        If an address names nothing we have, or a package for it is not installed.
    """
    scheme, colon, place = uri.partition(":")
    if uri == "memory":
        return _IN_THIS_PROCESS
    if uri == "file" or (scheme == "file" and colon and place.strip("/")):
        from spotify_analysis.tokens.keyring_key import KeyringIfAnyCipher

        cipher = KeyringIfAnyCipher() if key is None else cipher_for(key)
        folder = data_dir / "tokens" if uri == "file" else place.removeprefix("//")
        return FileStore(folder, cipher)
    if scheme == "vault-kv":
        from spotify_analysis.tokens.vault_kv import VaultStore

        return VaultStore(
            uri, lock_folder=data_dir / "tokens", cipher=cipher_for("none" if key is None else key)
        )
    if scheme.partition("+")[0] in ("sqlite", "postgresql", "postgres"):
        from spotify_analysis.tokens.database import DatabaseStore

        if key is None:
            raise errors.ConfigError(
                "Logins in a database want a `key` to seal them with (SPOTIFY_ANALYSIS_KEY): "
                "'keyring', 'aws-kms://...', 'gcp-kms://...' or 'vault://transit/keys/NAME'; or "
                "'none', if whoever reads the database may use the logins."
            )
        return DatabaseStore(uri, cipher_for(key))
    # what follows the colon of another address may hold a password
    raise errors.ConfigError(
        f"`store` {scheme[:30]!r} is not a place for logins; there are 'file', 'file:FOLDER', "
        "'memory', 'sqlite:///FILE', 'postgresql+psycopg://USER@HOST/DATABASE' and "
        "'vault-kv://secret/spotify/{user}'."
    )


def cipher_for(key: str) -> Cipher:
    """Make the cipher an address names.

    Parameters
    ----------
    key : str
        ``"none"``, ``"keyring"``, ``"aws-kms://arn:aws:kms:..."``, ``"gcp-kms://projects/..."`` or
        ``"vault://transit/keys/NAME"``.

    Returns
    -------
    Cipher
        The cipher. The key is not looked for yet.

    Raises
    ------
    ConfigError
        If the address names no key we can use.
    """
    # each kind imports what it needs, when it is needed
    if key == "none":
        return PlainCipher()
    if key == "keyring":
        from spotify_analysis.tokens.keyring_key import KeyringCipher

        return KeyringCipher()
    if key.startswith("aws-kms:"):
        from spotify_analysis.tokens.aws_key import AwsKeyCipher

        return AwsKeyCipher(key)
    if key.startswith("gcp-kms:"):
        from spotify_analysis.tokens.google_key import GoogleKeyCipher

        return GoogleKeyCipher(key)
    if key.startswith("vault:"):
        from spotify_analysis.tokens.vault import VaultKeyCipher

        return VaultKeyCipher(key)
    raise errors.ConfigError(
        f"`key` {key.partition(':')[0][:30]!r} is not a way to seal logins; there are 'none', "
        "'keyring', 'aws-kms://arn:aws:kms:...', 'gcp-kms://projects/...' and "
        "'vault://transit/keys/NAME'."
    )
