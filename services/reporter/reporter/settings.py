"""What the reporter reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from fanfare_worker.settings import Settings, SettingsReader

# The api refuses a shorter one too.
KEY_MIN_LENGTH = 16


@dataclass(frozen=True)
class ReporterSettings:
    worker: Settings
    api_url: str
    reporter_key: str
    directory: str
    # Empty: the reporter serves its reports itself.
    base_url: str
    after_ms: int

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "ReporterSettings":
        """Ends the program with every variable that is wrong."""
        reader = SettingsReader(environment)

        def is_url(text: str) -> bool:
            return text.startswith(("http://", "https://"))

        settings = cls(
            worker=Settings.read(environment, reader),
            api_url=reader.text("FANFARE_URL", hint="where the api is, for example http://api:8080", ok=is_url).rstrip("/"),
            reporter_key=reader.text(
                "FANFARE_REPORTER_KEY",
                hint="the key that the api knows under the same name, at least 16 characters",
                ok=lambda key: len(key) >= KEY_MIN_LENGTH,
            ),
            directory=reader.text("FANFARE_REPORT_DIR", hint="a directory that it may write; reports are kept there"),
            base_url=reader.text("FANFARE_REPORT_URL", "", hint="where people reach that directory", ok=is_url).rstrip("/"),
            after_ms=reader.whole("FANFARE_REPORT_AFTER_MS", 60_000, least=0, most=3_600_000),
        )
        reader.finish()
        return settings
