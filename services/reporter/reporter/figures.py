"""What a report says, in the words and units that it is shown in. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fanfare.api.v1.blast_pb2 import DomainFigures, GetBlastStatisticsResponse
from fanfare.options.v1.lane_pb2 import Lane
from google.protobuf.timestamp_pb2 import Timestamp

# What a page can show; the rest is summed up.
REASONS_MAX = 8
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Point:
    """Sums up to a moment of the agency's local time."""

    at: datetime
    accepted: int
    delivered: int


@dataclass(frozen=True)
class Hour:
    start: datetime
    opened: int
    clicked: int


@dataclass(frozen=True)
class Figures:
    """Times are local to the agency and carry no zone; `time_zone` names it."""

    agency: str
    blast: str
    lane: str
    time_zone: str
    accepted_at: datetime
    completed_at: datetime
    until: datetime
    audience: int
    accepted: int
    skipped: int
    rejected: int
    held: int
    delivered: int
    opened: int
    clicked: int
    bounced: int
    complained: int
    unsubscribed: int
    reasons: tuple[tuple[str, int], ...]
    curve: tuple[Point, ...]
    hours: tuple[Hour, ...]
    hour_seconds: int
    domains: tuple[DomainFigures, ...]

    @property
    def not_mailed(self) -> int:
        return self.skipped + self.rejected + self.held

    @classmethod
    def of(cls, said: GetBlastStatisticsResponse, until: Timestamp) -> "Figures":
        """From the API's answer."""
        blast, sheet, facts = said.blast, said.blast.balance_sheet, said.facts
        zone = _zone(said.time_zone)

        def local(stamp: Timestamp) -> datetime:
            return stamp.ToDatetime(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)

        others = [said.other_domains] if said.HasField("other_domains") and said.other_domains.audience else []
        return cls(
            agency=clean(said.agency_name) or "An agency",
            blast=clean(blast.name) or "A blast without a name",
            lane=Lane.Name(blast.lane).removeprefix("LANE_").lower(),
            time_zone=clean(said.time_zone),
            accepted_at=local(blast.accepted_at),
            completed_at=local(blast.completed_at),
            until=local(until),
            audience=sheet.audience,
            accepted=sheet.accepted,
            skipped=sheet.skipped,
            rejected=sheet.rejected,
            held=sheet.held,
            delivered=facts.delivered,
            opened=facts.opened,
            clicked=facts.clicked,
            bounced=facts.bounced,
            complained=facts.complained,
            unsubscribed=facts.unsubscribed,
            reasons=_reasons(dict(sheet.reasons), sheet.held),
            curve=_curve(said, local),
            hours=tuple(Hour(local(hour.start), hour.opened, hour.clicked) for hour in said.hours),
            hour_seconds=said.hour_seconds or 3600,
            domains=(*said.domains, *others),
        )


def clean(text: str) -> str:
    """One line without control characters, directions that turn text round, or halves of characters."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode()).strip()


def percent(part: int, whole: int) -> str:
    """Never rounds to all or nothing what is not: 99.97 % is "99.9 %" and not "100 %"."""
    if whole == 0:
        return "–"
    share = 100 * part / whole
    if 0 < part < whole:
        share = min(max(share, 0.1), 99.9)
    return f"{share:.0f} %" if share in (0, 100) else f"{share:.1f} %"


def in_words(reason: str) -> str:
    """opted_out → Opted out"""
    text = clean(reason).replace("_", " ")
    return text[:1].upper() + text[1:40]


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _reasons(reasons: dict[str, int], held: int) -> tuple[tuple[str, int], ...]:
    ranked = sorted(
        ((in_words(name), count) for name, count in reasons.items() if count > 0), key=lambda each: (-each[1], each[0])
    )
    if held:
        ranked.append(("Held: a person decides", held))
    if len(ranked) > REASONS_MAX:
        rest = sum(count for _, count in ranked[REASONS_MAX - 1 :])
        ranked = [*ranked[: REASONS_MAX - 1], ("Other reasons", rest)]
    return tuple(ranked)


def _curve(said: GetBlastStatisticsResponse, local) -> tuple[Point, ...]:
    points: list[Point] = []
    accepted = delivered = 0
    for bucket in said.curve:
        if not points:
            points.append(Point(local(bucket.start), 0, 0))
        accepted += bucket.accepted
        delivered += bucket.delivered
        end = Timestamp(seconds=bucket.start.seconds + said.bucket_seconds)
        points.append(Point(local(end), accepted, delivered))
    return tuple(points)
