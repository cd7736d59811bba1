"""Where reports are kept: a directory, each file whole or absent."""

import contextlib
import os
import re
import tempfile
import time
from pathlib import Path

from fanfare_worker.health import Answer

_PAGE = re.compile(r"/reports/([0-9a-f-]{36}/[0-9a-f-]{36}-[\w-]{22}/report\.(html|pdf))")
_TYPES = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
# Nothing in a report may load or run anything, whatever somebody called a blast.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-cache",
}
# What a killed writer left; a report is written in milliseconds.
LEFTOVER_AGE_S = 3600
_PART = ".part"


class FileStore:
    """Keys are relative paths of letters, digits and hyphens; whoever makes them has checked that."""

    def __init__(self, directory: str) -> None:
        self._root = Path(directory).resolve()
        self._root.mkdir(parents=True, exist_ok=True)
        for part in self._root.rglob(f"*{_PART}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > LEFTOVER_AGE_S:
                    part.unlink()

    def put(self, key: str, content: bytes) -> None:
        """Returns when it is on the disk. A reader sees the old file or the new one, never a part."""
        target = self._root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=target.parent, suffix=_PART)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(part, 0o644)
            os.replace(part, target)
        except BaseException:
            os.unlink(part)
            raise

    def page(self, path: str) -> Answer | None:
        """Serves a report to whoever knows its address; the address is not guessable."""
        if not (match := _PAGE.fullmatch(path)):
            return None
        try:
            return Answer(200, (self._root / match[1]).read_bytes(), _TYPES[match[2]], _HEADERS)
        except OSError:
            return None
