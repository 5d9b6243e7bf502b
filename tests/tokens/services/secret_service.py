"""A real GNOME keyring on a session bus of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest


class SecretService:
    """Debian's gnome-keyring, unlocked with a password or locked."""

    def __init__(self, home: Path, *, unlock: bool = True) -> None:
        for program in ("dbus-daemon", "gnome-keyring-daemon"):
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed: make test-system")
        runtime = home / "runtime"
        runtime.mkdir(parents=True, mode=0o700, exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        env = {
            **kept,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(home / "data"),
        }
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().decode().strip()
        env["DBUS_SESSION_BUS_ADDRESS"] = self.address
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
            + (["--unlock"] if unlock else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=env,
        )
        assert self._daemon.stdin is not None
        self._daemon.stdin.write(b"password of the tests")
        self._daemon.stdin.close()
        self._wait()

    def _wait(self) -> None:
        import secretstorage
        from jeepney.io.blocking import open_dbus_connection

        until = time.monotonic() + 60
        while time.monotonic() < until:
            with closing(open_dbus_connection(bus=self.address)) as bus:
                # asked by name on the bus, so that nothing is started in its place
                if secretstorage.check_service_availability(bus):
                    return
            time.sleep(0.02)
        raise RuntimeError("gnome-keyring-daemon does not answer")

    def stop(self) -> None:
        for process in (self._daemon, self._bus):
            process.terminate()
            process.wait(60)
        if self._bus.stdout is not None:
            self._bus.stdout.close()
