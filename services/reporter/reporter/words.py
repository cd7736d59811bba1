"""Sentences and tiles that page and print share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .figures import Figures, percent


@dataclass(frozen=True)
class Tile:
    name: str
    value: str
    note: str


def tiles(figures: Figures) -> list[Tile]:
    """The figures that are looked for first."""
    return [
        Tile("Delivered", f"{figures.delivered:,}", f"{percent(figures.delivered, figures.accepted)} of those accepted"),
        Tile("Opened", f"{figures.opened:,}", f"{percent(figures.opened, figures.delivered)} of those delivered"),
        Tile("Clicked", f"{figures.clicked:,}", f"{percent(figures.clicked, figures.delivered)} of those delivered"),
        Tile("Bounced", f"{figures.bounced:,}", f"{percent(figures.bounced, figures.accepted)} of those accepted"),
        Tile("Not mailed", f"{figures.not_mailed:,}", f"{percent(figures.not_mailed, figures.audience)} of the audience"),
        Tile("Opted out", f"{figures.unsubscribed:,}", f"{figures.complained:,} complained"),
    ]


def summary(figures: Figures) -> str:
    """What happened, in two sentences."""
    first = (
        f"The provider accepted {figures.accepted:,} of {figures.audience:,} mails and delivered {figures.delivered:,} of them."
    )
    if not figures.not_mailed:
        return f"{first} Nobody was left out."
    who = "One customer was" if figures.not_mailed == 1 else f"{figures.not_mailed:,} customers were"
    held = f" {figures.held:,} of them are held until a person decides." if figures.held else ""
    return f"{first} {who} not mailed.{held}"


def day(at: datetime) -> str:
    """Sunday, 22 November 2026"""
    return f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year}"


def moment(at: datetime) -> str:
    """22 Nov 2026, 10:45:07"""
    return f"{at.day} {_MONTHS[at.month - 1][:3]} {at.year}, {at:%H:%M:%S}"


def duration(span: timedelta) -> str:
    """4 s, 3 min 20 s, 2 h 5 min"""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s" if seconds else "less than a second"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s"


# The machine's language does not matter.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
