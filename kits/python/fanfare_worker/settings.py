"""Settings from the environment, each complaint at once and none of the values in it, for some are secrets."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass


class SettingsReader:
    """Collects what is wrong; `finish` ends the program with all of it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._problems: list[str] = []

    def text(self, name: str, default: str | None = None, *, hint: str, ok: Callable[[str], bool] = bool) -> str:
        """An empty variable counts as absent; without a default it is required."""
        value = self._environment.get(name, "").strip()
        if not value and default is not None:
            return default
        if not value:
            self._problems.append(f"  {name}: is not set. Expected: {hint}")
        elif not ok(value):
            self._problems.append(f"  {name}: is not right. Expected: {hint}")
        return value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number between bounds."""
        value = self._environment.get(name, "").strip() or str(default)
        if value.lstrip("-").isdigit() and least <= int(value) <= most:
            return int(value)
        self._problems.append(f"  {name}: must be a whole number from {least} to {most}")
        return default

    def finish(self) -> None:
        if self._problems:
            print("The configuration has problems:", *self._problems, sep="\n", file=sys.stderr)
            print("Set these variables in the environment and start again.", file=sys.stderr)
            sys.exit(1)


@dataclass(frozen=True)
class Settings:
    """What every worker program reads."""

    nats_url: str
    host: str
    health_port: int
    log_level: str

    @classmethod
    def read(cls, environment: Mapping[str, str], reader: SettingsReader | None = None) -> "Settings":
        """With a reader of one's own, further variables can be read before `finish` complains about all at once."""
        read = reader or SettingsReader(environment)
        settings = cls(
            nats_url=read.text(
                "NATS_URL",
                hint="nats://host:port; several servers are separated by commas",
                ok=lambda url: url.split("://")[0] in ("nats", "tls", "ws", "wss"),
            ),
            host=read.text("FANFARE_HOST", "127.0.0.1", hint="the address for health and metrics"),
            health_port=read.whole("FANFARE_HEALTH_PORT", 8081, least=0, most=65_535),
            log_level=read.text("LOG_LEVEL", "info", hint="one of fatal, error, warn, info, debug, trace, silent"),
        )
        if reader is None:
            read.finish()
        return settings
