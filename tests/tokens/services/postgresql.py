"""A real PostgreSQL on loopback, on a port of its own, gone after the tests."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest


class PostgreSql:
    """A server with one database; started as user postgres where we are root, which it refuses."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        initdb = str(found[-1]) if found else shutil.which("initdb")
        if initdb is None:
            pytest.skip("PostgreSQL is not installed: make test-system")
        self._bin = Path(initdb).resolve().parent
        self._folder = Path(tempfile.mkdtemp(prefix="spotify-analysis-postgresql-"))
        self._as: list[str] = []
        if os.getuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
            self._as = ["runuser", "-u", "postgres", "--"]
        self.password = secrets.token_hex(8)
        secret = self._folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        self._data = self._folder / "data"
        self._run("initdb", "-D", self._data, "-U", "me", "-A", "scram-sha-256", "--no-sync",
                  "--pwfile", secret, "-E", "UTF8", "--no-locale")  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(
                "listen_addresses='127.0.0.1'\nunix_socket_directories=''\n"
                "fsync=off\nshared_buffers=16MB\nmax_connections=60\n"
            )
        for attempt in range(3):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            with (self._data / "postgresql.conf").open("a") as settings:
                settings.write(f"port={self.port}\n")
            try:
                self.start()
            except RuntimeError:  # somebody else was given the port meanwhile
                if attempt == 2:
                    raise
            else:
                break

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://me:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", self._folder / "log", "start")

    def halt(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-m", "immediate", "stop")

    def log(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def remove(self) -> None:
        self.halt()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: object) -> None:
        # a file and no pipe: the server, which pg_ctl starts, would keep a pipe open for ever
        with (self._folder / "said").open("w+b") as said:
            done = subprocess.run(
                [*self._as, str(self._bin / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
            )
            if done.returncode:
                said.seek(0)
                raise RuntimeError(f"{program}: {said.read().decode(errors='replace')[-500:]}")
