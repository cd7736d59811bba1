"""An answer of the API as a storm leaves it."""

import math
from datetime import UTC, datetime, timedelta

from fanfare.api.v1.blast_pb2 import GetBlastStatisticsResponse
from fanfare.options.v1.lane_pb2 import LANE_STANDARD
from google.protobuf.timestamp_pb2 import Timestamp

BLAST = "0197a3c4-0000-7000-8000-000000000003"
BEGAN = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


def stamp(seconds: float) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(BEGAN + timedelta(seconds=seconds))
    return made


def statistics(*, name: str = "Storm warning", agency: str = "Gulf Coast Insurance") -> GetBlastStatisticsResponse:
    answer = GetBlastStatisticsResponse(agency_name=agency, time_zone="America/Chicago", bucket_seconds=10, hour_seconds=3600)
    answer.blast.id, answer.blast.name, answer.blast.lane = BLAST, name, LANE_STANDARD
    answer.blast.accepted_at.CopyFrom(stamp(0))
    answer.blast.completed_at.CopyFrom(stamp(400))
    sheet = answer.blast.balance_sheet
    sheet.audience, sheet.accepted, sheet.skipped, sheet.rejected, sheet.held = 4891, 4150, 730, 8, 3
    sheet.reasons.update({"duplicate_address": 240, "opted_out": 190, "inactive": 150, "invalid_address": 120, "bounced": 38})
    facts = answer.facts
    facts.delivered, facts.opened, facts.clicked, facts.bounced, facts.unsubscribed = 4098, 1712, 431, 52, 6
    for index in range(40):
        share = round(4150 * (1 / (1 + math.exp(-(index - 15) / 4)) - 1 / (1 + math.exp(-(index - 16) / 4))))
        answer.curve.add(start=stamp(index * 10), accepted=share, delivered=max(0, share - 1))
    for index in range(24):
        opened = round(330 * math.exp(-index / 5))
        answer.hours.add(start=stamp(index * 3600 - 1800), opened=opened, clicked=opened // 4)
    for index, domain in enumerate(("gmail.com", "yahoo.com", "outlook.com", "icloud.com", "bayou-fishing.example")):
        size = 1600 // (index + 1)
        answer.domains.add(domain=domain, audience=size + 90, accepted=size, delivered=size - 7 * index, bounced=7 * index)
    answer.other_domains.audience = 300
    answer.other_domains.accepted = answer.other_domains.delivered = 280
    return answer
