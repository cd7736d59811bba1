import datetime

from buf.validate import validate_pb2 as _validate_pb2
from fanfare.api.v1 import page_pb2 as _page_pb2
from fanfare.options.v1 import doubt_policy_pb2 as _doubt_policy_pb2
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

class BlastState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BLAST_STATE_UNSPECIFIED: _ClassVar[BlastState]
    BLAST_STATE_ACCEPTED: _ClassVar[BlastState]
    BLAST_STATE_FREEZING: _ClassVar[BlastState]
    BLAST_STATE_SENDING: _ClassVar[BlastState]
    BLAST_STATE_PAUSED: _ClassVar[BlastState]
    BLAST_STATE_COMPLETED: _ClassVar[BlastState]
    BLAST_STATE_CANCELLED: _ClassVar[BlastState]
    BLAST_STATE_REFUSED: _ClassVar[BlastState]

class DeliveryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_STATE_UNSPECIFIED: _ClassVar[DeliveryState]
    DELIVERY_STATE_PENDING: _ClassVar[DeliveryState]
    DELIVERY_STATE_QUEUED: _ClassVar[DeliveryState]
    DELIVERY_STATE_SENDING: _ClassVar[DeliveryState]
    DELIVERY_STATE_ACCEPTED: _ClassVar[DeliveryState]
    DELIVERY_STATE_SKIPPED: _ClassVar[DeliveryState]
    DELIVERY_STATE_REJECTED: _ClassVar[DeliveryState]
    DELIVERY_STATE_RETRY: _ClassVar[DeliveryState]
    DELIVERY_STATE_IN_DOUBT: _ClassVar[DeliveryState]
    DELIVERY_STATE_HELD: _ClassVar[DeliveryState]
BLAST_STATE_UNSPECIFIED: BlastState
BLAST_STATE_ACCEPTED: BlastState
BLAST_STATE_FREEZING: BlastState
BLAST_STATE_SENDING: BlastState
BLAST_STATE_PAUSED: BlastState
BLAST_STATE_COMPLETED: BlastState
BLAST_STATE_CANCELLED: BlastState
BLAST_STATE_REFUSED: BlastState
DELIVERY_STATE_UNSPECIFIED: DeliveryState
DELIVERY_STATE_PENDING: DeliveryState
DELIVERY_STATE_QUEUED: DeliveryState
DELIVERY_STATE_SENDING: DeliveryState
DELIVERY_STATE_ACCEPTED: DeliveryState
DELIVERY_STATE_SKIPPED: DeliveryState
DELIVERY_STATE_REJECTED: DeliveryState
DELIVERY_STATE_RETRY: DeliveryState
DELIVERY_STATE_IN_DOUBT: DeliveryState
DELIVERY_STATE_HELD: DeliveryState

class BalanceSheet(_message.Message):
    __slots__ = ("audience", "waiting", "sending", "accepted", "skipped", "rejected", "retrying", "in_doubt", "held", "reasons")
    class ReasonsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    SENDING_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    RETRYING_FIELD_NUMBER: _ClassVar[int]
    IN_DOUBT_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    audience: int
    waiting: int
    sending: int
    accepted: int
    skipped: int
    rejected: int
    retrying: int
    in_doubt: int
    held: int
    reasons: _containers.ScalarMap[str, int]
    def __init__(self, audience: _Optional[int] = ..., waiting: _Optional[int] = ..., sending: _Optional[int] = ..., accepted: _Optional[int] = ..., skipped: _Optional[int] = ..., rejected: _Optional[int] = ..., retrying: _Optional[int] = ..., in_doubt: _Optional[int] = ..., held: _Optional[int] = ..., reasons: _Optional[_Mapping[str, int]] = ...) -> None: ...

class Blast(_message.Message):
    __slots__ = ("id", "name", "state", "lane", "template_id", "template_version", "custom_message", "direct", "refusal_reason", "schedule_id", "occurrence", "requested_by", "balance_sheet", "accepted_at", "started_at", "completed_at", "leaves_at", "doubt_policy", "report_url")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DIRECT_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCE_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    BALANCE_SHEET_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_AT_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    LEAVES_AT_FIELD_NUMBER: _ClassVar[int]
    DOUBT_POLICY_FIELD_NUMBER: _ClassVar[int]
    REPORT_URL_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    state: BlastState
    lane: _lane_pb2.Lane
    template_id: str
    template_version: int
    custom_message: str
    direct: bool
    refusal_reason: str
    schedule_id: str
    occurrence: str
    requested_by: str
    balance_sheet: BalanceSheet
    accepted_at: _timestamp_pb2.Timestamp
    started_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    leaves_at: _timestamp_pb2.Timestamp
    doubt_policy: _doubt_policy_pb2.DoubtPolicy
    report_url: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., state: _Optional[_Union[BlastState, str]] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., template_id: _Optional[str] = ..., template_version: _Optional[int] = ..., custom_message: _Optional[str] = ..., direct: _Optional[bool] = ..., refusal_reason: _Optional[str] = ..., schedule_id: _Optional[str] = ..., occurrence: _Optional[str] = ..., requested_by: _Optional[str] = ..., balance_sheet: _Optional[_Union[BalanceSheet, _Mapping]] = ..., accepted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., leaves_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., doubt_policy: _Optional[_Union[_doubt_policy_pb2.DoubtPolicy, str]] = ..., report_url: _Optional[str] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("id", "blast_id", "sequence", "customer_id", "email", "state", "reason", "attempt", "provider_message_id", "changed_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    blast_id: str
    sequence: int
    customer_id: str
    email: str
    state: DeliveryState
    reason: str
    attempt: int
    provider_message_id: str
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., blast_id: _Optional[str] = ..., sequence: _Optional[int] = ..., customer_id: _Optional[str] = ..., email: _Optional[str] = ..., state: _Optional[_Union[DeliveryState, str]] = ..., reason: _Optional[str] = ..., attempt: _Optional[int] = ..., provider_message_id: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("at", "step", "explanation", "evidence")
    class EvidenceEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    step: str
    explanation: str
    evidence: _containers.ScalarMap[str, str]
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., step: _Optional[str] = ..., explanation: _Optional[str] = ..., evidence: _Optional[_Mapping[str, str]] = ...) -> None: ...

class SendBlastRequest(_message.Message):
    __slots__ = ("idempotency_key", "name", "content", "audience", "lane", "doubt_policy")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    DOUBT_POLICY_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    name: str
    content: _content_pb2.Content
    audience: _content_pb2.Audience
    lane: _lane_pb2.Lane
    doubt_policy: _doubt_policy_pb2.DoubtPolicy
    def __init__(self, idempotency_key: _Optional[str] = ..., name: _Optional[str] = ..., content: _Optional[_Union[_content_pb2.Content, _Mapping]] = ..., audience: _Optional[_Union[_content_pb2.Audience, _Mapping]] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., doubt_policy: _Optional[_Union[_doubt_policy_pb2.DoubtPolicy, str]] = ...) -> None: ...

class SendBlastResponse(_message.Message):
    __slots__ = ("blast_id", "replayed", "leaves_at")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    LEAVES_AT_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    replayed: bool
    leaves_at: _timestamp_pb2.Timestamp
    def __init__(self, blast_id: _Optional[str] = ..., replayed: _Optional[bool] = ..., leaves_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PreviewBlastRequest(_message.Message):
    __slots__ = ("content", "audience", "samples")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    content: _content_pb2.Content
    audience: _content_pb2.Audience
    samples: int
    def __init__(self, content: _Optional[_Union[_content_pb2.Content, _Mapping]] = ..., audience: _Optional[_Union[_content_pb2.Audience, _Mapping]] = ..., samples: _Optional[int] = ...) -> None: ...

class PreviewBlastResponse(_message.Message):
    __slots__ = ("audience", "eligible", "skipped", "cost", "balance", "warnings", "samples")
    class SkippedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    ELIGIBLE_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    audience: int
    eligible: int
    skipped: _containers.ScalarMap[str, int]
    cost: int
    balance: int
    warnings: _containers.RepeatedScalarFieldContainer[str]
    samples: _containers.RepeatedCompositeFieldContainer[RenderedSample]
    def __init__(self, audience: _Optional[int] = ..., eligible: _Optional[int] = ..., skipped: _Optional[_Mapping[str, int]] = ..., cost: _Optional[int] = ..., balance: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ..., samples: _Optional[_Iterable[_Union[RenderedSample, _Mapping]]] = ...) -> None: ...

class CountAudienceRequest(_message.Message):
    __slots__ = ("audience",)
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    audience: _content_pb2.Audience
    def __init__(self, audience: _Optional[_Union[_content_pb2.Audience, _Mapping]] = ...) -> None: ...

class CountAudienceResponse(_message.Message):
    __slots__ = ("customers", "at_least")
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    customers: int
    at_least: bool
    def __init__(self, customers: _Optional[int] = ..., at_least: _Optional[bool] = ...) -> None: ...

class RenderedSample(_message.Message):
    __slots__ = ("customer_id", "email", "subject", "html", "text")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    HTML_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    email: str
    subject: str
    html: str
    text: str
    def __init__(self, customer_id: _Optional[str] = ..., email: _Optional[str] = ..., subject: _Optional[str] = ..., html: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class GetBlastRequest(_message.Message):
    __slots__ = ("blast_id",)
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    def __init__(self, blast_id: _Optional[str] = ...) -> None: ...

class GetBlastResponse(_message.Message):
    __slots__ = ("blast",)
    BLAST_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ...) -> None: ...

class ListBlastsRequest(_message.Message):
    __slots__ = ("page", "state", "include_direct")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_DIRECT_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    state: BlastState
    include_direct: bool
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., state: _Optional[_Union[BlastState, str]] = ..., include_direct: _Optional[bool] = ...) -> None: ...

class ListBlastsResponse(_message.Message):
    __slots__ = ("blasts", "page")
    BLASTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    blasts: _containers.RepeatedCompositeFieldContainer[Blast]
    page: _page_pb2.PageResponse
    def __init__(self, blasts: _Optional[_Iterable[_Union[Blast, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class WatchBlastRequest(_message.Message):
    __slots__ = ("blast_id",)
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    def __init__(self, blast_id: _Optional[str] = ...) -> None: ...

class WatchBlastResponse(_message.Message):
    __slots__ = ("blast",)
    BLAST_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ...) -> None: ...

class CancelBlastRequest(_message.Message):
    __slots__ = ("blast_id",)
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    def __init__(self, blast_id: _Optional[str] = ...) -> None: ...

class CancelBlastResponse(_message.Message):
    __slots__ = ("blast", "already_left")
    BLAST_FIELD_NUMBER: _ClassVar[int]
    ALREADY_LEFT_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    already_left: int
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ..., already_left: _Optional[int] = ...) -> None: ...

class PauseBlastRequest(_message.Message):
    __slots__ = ("blast_id",)
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    def __init__(self, blast_id: _Optional[str] = ...) -> None: ...

class PauseBlastResponse(_message.Message):
    __slots__ = ("blast",)
    BLAST_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ...) -> None: ...

class ResumeBlastRequest(_message.Message):
    __slots__ = ("blast_id",)
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    def __init__(self, blast_id: _Optional[str] = ...) -> None: ...

class ResumeBlastResponse(_message.Message):
    __slots__ = ("blast",)
    BLAST_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ...) -> None: ...

class RetryDeliveriesRequest(_message.Message):
    __slots__ = ("blast_id", "states", "reason", "sequences")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SEQUENCES_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    states: _containers.RepeatedScalarFieldContainer[DeliveryState]
    reason: str
    sequences: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, blast_id: _Optional[str] = ..., states: _Optional[_Iterable[_Union[DeliveryState, str]]] = ..., reason: _Optional[str] = ..., sequences: _Optional[_Iterable[int]] = ...) -> None: ...

class RetryDeliveriesResponse(_message.Message):
    __slots__ = ("blast", "retried", "remaining")
    BLAST_FIELD_NUMBER: _ClassVar[int]
    RETRIED_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    retried: int
    remaining: int
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ..., retried: _Optional[int] = ..., remaining: _Optional[int] = ...) -> None: ...

class RejectHeldRequest(_message.Message):
    __slots__ = ("blast_id", "reason", "sequences")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SEQUENCES_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    reason: str
    sequences: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, blast_id: _Optional[str] = ..., reason: _Optional[str] = ..., sequences: _Optional[_Iterable[int]] = ...) -> None: ...

class RejectHeldResponse(_message.Message):
    __slots__ = ("blast", "rejected", "remaining")
    BLAST_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    rejected: int
    remaining: int
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ..., rejected: _Optional[int] = ..., remaining: _Optional[int] = ...) -> None: ...

class SendToCustomerRequest(_message.Message):
    __slots__ = ("idempotency_key", "customer_id", "content", "lane")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    customer_id: str
    content: _content_pb2.Content
    lane: _lane_pb2.Lane
    def __init__(self, idempotency_key: _Optional[str] = ..., customer_id: _Optional[str] = ..., content: _Optional[_Union[_content_pb2.Content, _Mapping]] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ...) -> None: ...

class SendToCustomerResponse(_message.Message):
    __slots__ = ("delivery_id", "blast_id", "replayed")
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    delivery_id: str
    blast_id: str
    replayed: bool
    def __init__(self, delivery_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., replayed: _Optional[bool] = ...) -> None: ...

class ListDeliveriesRequest(_message.Message):
    __slots__ = ("blast_id", "page", "state", "reason", "search")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    page: _page_pb2.PageRequest
    state: DeliveryState
    reason: str
    search: str
    def __init__(self, blast_id: _Optional[str] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., state: _Optional[_Union[DeliveryState, str]] = ..., reason: _Optional[str] = ..., search: _Optional[str] = ...) -> None: ...

class ListDeliveriesResponse(_message.Message):
    __slots__ = ("deliveries", "page")
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    page: _page_pb2.PageResponse
    def __init__(self, deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class ExplainDeliveryRequest(_message.Message):
    __slots__ = ("delivery_id", "blast_id", "customer_id")
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    delivery_id: str
    blast_id: str
    customer_id: str
    def __init__(self, delivery_id: _Optional[str] = ..., blast_id: _Optional[str] = ..., customer_id: _Optional[str] = ...) -> None: ...

class ExplainDeliveryResponse(_message.Message):
    __slots__ = ("delivery", "decisions", "summary")
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    delivery: Delivery
    decisions: _containers.RepeatedCompositeFieldContainer[Decision]
    summary: str
    def __init__(self, delivery: _Optional[_Union[Delivery, _Mapping]] = ..., decisions: _Optional[_Iterable[_Union[Decision, _Mapping]]] = ..., summary: _Optional[str] = ...) -> None: ...

class GetBlastStatisticsRequest(_message.Message):
    __slots__ = ("blast_id", "until")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    until: _timestamp_pb2.Timestamp
    def __init__(self, blast_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetBlastStatisticsResponse(_message.Message):
    __slots__ = ("blast", "agency_name", "time_zone", "facts", "bucket_seconds", "curve", "hours", "domains", "other_domains", "hour_seconds")
    BLAST_FIELD_NUMBER: _ClassVar[int]
    AGENCY_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    BUCKET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CURVE_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    OTHER_DOMAINS_FIELD_NUMBER: _ClassVar[int]
    HOUR_SECONDS_FIELD_NUMBER: _ClassVar[int]
    blast: Blast
    agency_name: str
    time_zone: str
    facts: BlastFacts
    bucket_seconds: int
    curve: _containers.RepeatedCompositeFieldContainer[DeliveryBucket]
    hours: _containers.RepeatedCompositeFieldContainer[EngagementHour]
    domains: _containers.RepeatedCompositeFieldContainer[DomainFigures]
    other_domains: DomainFigures
    hour_seconds: int
    def __init__(self, blast: _Optional[_Union[Blast, _Mapping]] = ..., agency_name: _Optional[str] = ..., time_zone: _Optional[str] = ..., facts: _Optional[_Union[BlastFacts, _Mapping]] = ..., bucket_seconds: _Optional[int] = ..., curve: _Optional[_Iterable[_Union[DeliveryBucket, _Mapping]]] = ..., hours: _Optional[_Iterable[_Union[EngagementHour, _Mapping]]] = ..., domains: _Optional[_Iterable[_Union[DomainFigures, _Mapping]]] = ..., other_domains: _Optional[_Union[DomainFigures, _Mapping]] = ..., hour_seconds: _Optional[int] = ...) -> None: ...

class BlastFacts(_message.Message):
    __slots__ = ("delivered", "opened", "clicked", "bounced", "complained", "unsubscribed", "deferred")
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    CLICKED_FIELD_NUMBER: _ClassVar[int]
    BOUNCED_FIELD_NUMBER: _ClassVar[int]
    COMPLAINED_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    DEFERRED_FIELD_NUMBER: _ClassVar[int]
    delivered: int
    opened: int
    clicked: int
    bounced: int
    complained: int
    unsubscribed: int
    deferred: int
    def __init__(self, delivered: _Optional[int] = ..., opened: _Optional[int] = ..., clicked: _Optional[int] = ..., bounced: _Optional[int] = ..., complained: _Optional[int] = ..., unsubscribed: _Optional[int] = ..., deferred: _Optional[int] = ...) -> None: ...

class DeliveryBucket(_message.Message):
    __slots__ = ("start", "accepted", "delivered")
    START_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    accepted: int
    delivered: int
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., accepted: _Optional[int] = ..., delivered: _Optional[int] = ...) -> None: ...

class EngagementHour(_message.Message):
    __slots__ = ("start", "opened", "clicked")
    START_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    CLICKED_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    opened: int
    clicked: int
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., opened: _Optional[int] = ..., clicked: _Optional[int] = ...) -> None: ...

class DomainFigures(_message.Message):
    __slots__ = ("domain", "audience", "accepted", "delivered", "bounced", "opened", "clicked")
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    BOUNCED_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    CLICKED_FIELD_NUMBER: _ClassVar[int]
    domain: str
    audience: int
    accepted: int
    delivered: int
    bounced: int
    opened: int
    clicked: int
    def __init__(self, domain: _Optional[str] = ..., audience: _Optional[int] = ..., accepted: _Optional[int] = ..., delivered: _Optional[int] = ..., bounced: _Optional[int] = ..., opened: _Optional[int] = ..., clicked: _Optional[int] = ...) -> None: ...

class RecordBlastReportRequest(_message.Message):
    __slots__ = ("blast_id", "url", "figures_until")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    FIGURES_UNTIL_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    url: str
    figures_until: _timestamp_pb2.Timestamp
    def __init__(self, blast_id: _Optional[str] = ..., url: _Optional[str] = ..., figures_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordBlastReportResponse(_message.Message):
    __slots__ = ("known",)
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    known: bool
    def __init__(self, known: _Optional[bool] = ...) -> None: ...
