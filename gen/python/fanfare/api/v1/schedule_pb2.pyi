import datetime

from buf.validate import validate_pb2 as _validate_pb2
from fanfare.api.v1 import page_pb2 as _page_pb2
from fanfare.options.v1 import lane_pb2 as _lane_pb2
from fanfare.work.v1 import content_pb2 as _content_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MissedPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MISSED_POLICY_UNSPECIFIED: _ClassVar[MissedPolicy]
    MISSED_POLICY_FIRE_LATE: _ClassVar[MissedPolicy]
    MISSED_POLICY_SKIP: _ClassVar[MissedPolicy]
MISSED_POLICY_UNSPECIFIED: MissedPolicy
MISSED_POLICY_FIRE_LATE: MissedPolicy
MISSED_POLICY_SKIP: MissedPolicy

class Schedule(_message.Message):
    __slots__ = ("id", "name", "content", "audience", "lane", "local_start", "rrule", "time_zone", "missed_policy", "next_at", "cancelled", "fired", "created_at", "agency_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    LOCAL_START_FIELD_NUMBER: _ClassVar[int]
    RRULE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    MISSED_POLICY_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    FIRED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    content: _content_pb2.Content
    audience: _content_pb2.Audience
    lane: _lane_pb2.Lane
    local_start: str
    rrule: str
    time_zone: str
    missed_policy: MissedPolicy
    next_at: _timestamp_pb2.Timestamp
    cancelled: bool
    fired: int
    created_at: _timestamp_pb2.Timestamp
    agency_id: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., content: _Optional[_Union[_content_pb2.Content, _Mapping]] = ..., audience: _Optional[_Union[_content_pb2.Audience, _Mapping]] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., local_start: _Optional[str] = ..., rrule: _Optional[str] = ..., time_zone: _Optional[str] = ..., missed_policy: _Optional[_Union[MissedPolicy, str]] = ..., next_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cancelled: _Optional[bool] = ..., fired: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., agency_id: _Optional[str] = ...) -> None: ...

class CreateScheduleRequest(_message.Message):
    __slots__ = ("idempotency_key", "name", "content", "audience", "lane", "local_start", "rrule", "time_zone", "missed_policy")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    LOCAL_START_FIELD_NUMBER: _ClassVar[int]
    RRULE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    MISSED_POLICY_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    name: str
    content: _content_pb2.Content
    audience: _content_pb2.Audience
    lane: _lane_pb2.Lane
    local_start: str
    rrule: str
    time_zone: str
    missed_policy: MissedPolicy
    def __init__(self, idempotency_key: _Optional[str] = ..., name: _Optional[str] = ..., content: _Optional[_Union[_content_pb2.Content, _Mapping]] = ..., audience: _Optional[_Union[_content_pb2.Audience, _Mapping]] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., local_start: _Optional[str] = ..., rrule: _Optional[str] = ..., time_zone: _Optional[str] = ..., missed_policy: _Optional[_Union[MissedPolicy, str]] = ...) -> None: ...

class CreateScheduleResponse(_message.Message):
    __slots__ = ("schedule", "upcoming", "replayed")
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    UPCOMING_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    schedule: Schedule
    upcoming: _containers.RepeatedCompositeFieldContainer[_timestamp_pb2.Timestamp]
    replayed: bool
    def __init__(self, schedule: _Optional[_Union[Schedule, _Mapping]] = ..., upcoming: _Optional[_Iterable[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]]] = ..., replayed: _Optional[bool] = ...) -> None: ...

class PreviewScheduleRequest(_message.Message):
    __slots__ = ("local_start", "rrule", "time_zone")
    LOCAL_START_FIELD_NUMBER: _ClassVar[int]
    RRULE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    local_start: str
    rrule: str
    time_zone: str
    def __init__(self, local_start: _Optional[str] = ..., rrule: _Optional[str] = ..., time_zone: _Optional[str] = ...) -> None: ...

class PreviewScheduleResponse(_message.Message):
    __slots__ = ("upcoming", "time_zone")
    UPCOMING_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    upcoming: _containers.RepeatedCompositeFieldContainer[_timestamp_pb2.Timestamp]
    time_zone: str
    def __init__(self, upcoming: _Optional[_Iterable[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class GetScheduleRequest(_message.Message):
    __slots__ = ("schedule_id",)
    SCHEDULE_ID_FIELD_NUMBER: _ClassVar[int]
    schedule_id: str
    def __init__(self, schedule_id: _Optional[str] = ...) -> None: ...

class GetScheduleResponse(_message.Message):
    __slots__ = ("schedule",)
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    schedule: Schedule
    def __init__(self, schedule: _Optional[_Union[Schedule, _Mapping]] = ...) -> None: ...

class ListSchedulesRequest(_message.Message):
    __slots__ = ("page", "include_ended")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_ENDED_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    include_ended: bool
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., include_ended: _Optional[bool] = ...) -> None: ...

class ListSchedulesResponse(_message.Message):
    __slots__ = ("schedules", "page")
    SCHEDULES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    schedules: _containers.RepeatedCompositeFieldContainer[Schedule]
    page: _page_pb2.PageResponse
    def __init__(self, schedules: _Optional[_Iterable[_Union[Schedule, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class ListOccurrencesRequest(_message.Message):
    __slots__ = ("until", "schedule_id", "limit")
    FROM_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    until: _timestamp_pb2.Timestamp
    schedule_id: str
    limit: int
    def __init__(self, until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., schedule_id: _Optional[str] = ..., limit: _Optional[int] = ..., **kwargs) -> None: ...

class Occurrence(_message.Message):
    __slots__ = ("schedule_id", "at")
    SCHEDULE_ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    schedule_id: str
    at: _timestamp_pb2.Timestamp
    def __init__(self, schedule_id: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListOccurrencesResponse(_message.Message):
    __slots__ = ("occurrences", "cut_short")
    OCCURRENCES_FIELD_NUMBER: _ClassVar[int]
    CUT_SHORT_FIELD_NUMBER: _ClassVar[int]
    occurrences: _containers.RepeatedCompositeFieldContainer[Occurrence]
    cut_short: bool
    def __init__(self, occurrences: _Optional[_Iterable[_Union[Occurrence, _Mapping]]] = ..., cut_short: _Optional[bool] = ...) -> None: ...

class CancelScheduleRequest(_message.Message):
    __slots__ = ("schedule_id",)
    SCHEDULE_ID_FIELD_NUMBER: _ClassVar[int]
    schedule_id: str
    def __init__(self, schedule_id: _Optional[str] = ...) -> None: ...

class CancelScheduleResponse(_message.Message):
    __slots__ = ("schedule",)
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    schedule: Schedule
    def __init__(self, schedule: _Optional[_Union[Schedule, _Mapping]] = ...) -> None: ...
