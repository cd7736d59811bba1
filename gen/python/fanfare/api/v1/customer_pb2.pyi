import datetime

from buf.validate import validate_pb2 as _validate_pb2
from fanfare.api.v1 import page_pb2 as _page_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CustomerStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CUSTOMER_STATUS_UNSPECIFIED: _ClassVar[CustomerStatus]
    CUSTOMER_STATUS_ACTIVE: _ClassVar[CustomerStatus]
    CUSTOMER_STATUS_INACTIVE: _ClassVar[CustomerStatus]

class SuppressionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUPPRESSION_REASON_UNSPECIFIED: _ClassVar[SuppressionReason]
    SUPPRESSION_REASON_OPTED_OUT: _ClassVar[SuppressionReason]
    SUPPRESSION_REASON_BOUNCED: _ClassVar[SuppressionReason]
    SUPPRESSION_REASON_COMPLAINED: _ClassVar[SuppressionReason]
    SUPPRESSION_REASON_INVALID: _ClassVar[SuppressionReason]
CUSTOMER_STATUS_UNSPECIFIED: CustomerStatus
CUSTOMER_STATUS_ACTIVE: CustomerStatus
CUSTOMER_STATUS_INACTIVE: CustomerStatus
SUPPRESSION_REASON_UNSPECIFIED: SuppressionReason
SUPPRESSION_REASON_OPTED_OUT: SuppressionReason
SUPPRESSION_REASON_BOUNCED: SuppressionReason
SUPPRESSION_REASON_COMPLAINED: SuppressionReason
SUPPRESSION_REASON_INVALID: SuppressionReason

class Customer(_message.Message):
    __slots__ = ("id", "external_id", "email", "first_name", "last_name", "locale", "status", "attributes", "suppressed", "created_at", "updated_at")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    FIRST_NAME_FIELD_NUMBER: _ClassVar[int]
    LAST_NAME_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    SUPPRESSED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    external_id: str
    email: str
    first_name: str
    last_name: str
    locale: str
    status: CustomerStatus
    attributes: _containers.ScalarMap[str, str]
    suppressed: _containers.RepeatedScalarFieldContainer[SuppressionReason]
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., external_id: _Optional[str] = ..., email: _Optional[str] = ..., first_name: _Optional[str] = ..., last_name: _Optional[str] = ..., locale: _Optional[str] = ..., status: _Optional[_Union[CustomerStatus, str]] = ..., attributes: _Optional[_Mapping[str, str]] = ..., suppressed: _Optional[_Iterable[_Union[SuppressionReason, str]]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CustomerFields(_message.Message):
    __slots__ = ("external_id", "email", "first_name", "last_name", "locale", "status", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    FIRST_NAME_FIELD_NUMBER: _ClassVar[int]
    LAST_NAME_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    external_id: str
    email: str
    first_name: str
    last_name: str
    locale: str
    status: CustomerStatus
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, external_id: _Optional[str] = ..., email: _Optional[str] = ..., first_name: _Optional[str] = ..., last_name: _Optional[str] = ..., locale: _Optional[str] = ..., status: _Optional[_Union[CustomerStatus, str]] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CreateCustomerRequest(_message.Message):
    __slots__ = ("customer",)
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    customer: CustomerFields
    def __init__(self, customer: _Optional[_Union[CustomerFields, _Mapping]] = ...) -> None: ...

class CreateCustomerResponse(_message.Message):
    __slots__ = ("customer",)
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    customer: Customer
    def __init__(self, customer: _Optional[_Union[Customer, _Mapping]] = ...) -> None: ...

class UpdateCustomerRequest(_message.Message):
    __slots__ = ("customer_id", "customer")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    customer: CustomerFields
    def __init__(self, customer_id: _Optional[str] = ..., customer: _Optional[_Union[CustomerFields, _Mapping]] = ...) -> None: ...

class UpdateCustomerResponse(_message.Message):
    __slots__ = ("customer",)
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    customer: Customer
    def __init__(self, customer: _Optional[_Union[Customer, _Mapping]] = ...) -> None: ...

class GetCustomerRequest(_message.Message):
    __slots__ = ("customer_id",)
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    def __init__(self, customer_id: _Optional[str] = ...) -> None: ...

class GetCustomerResponse(_message.Message):
    __slots__ = ("customer",)
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    customer: Customer
    def __init__(self, customer: _Optional[_Union[Customer, _Mapping]] = ...) -> None: ...

class ListCustomersRequest(_message.Message):
    __slots__ = ("page", "list_id", "search")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    list_id: str
    search: str
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., list_id: _Optional[str] = ..., search: _Optional[str] = ...) -> None: ...

class ListCustomersResponse(_message.Message):
    __slots__ = ("customers", "page")
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    customers: _containers.RepeatedCompositeFieldContainer[Customer]
    page: _page_pb2.PageResponse
    def __init__(self, customers: _Optional[_Iterable[_Union[Customer, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class ListCustomerAttributesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListCustomerAttributesResponse(_message.Message):
    __slots__ = ("attributes", "locales", "looked_at")
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    LOCALES_FIELD_NUMBER: _ClassVar[int]
    LOOKED_AT_FIELD_NUMBER: _ClassVar[int]
    attributes: _containers.RepeatedCompositeFieldContainer[CustomerAttribute]
    locales: _containers.RepeatedCompositeFieldContainer[AttributeValue]
    looked_at: int
    def __init__(self, attributes: _Optional[_Iterable[_Union[CustomerAttribute, _Mapping]]] = ..., locales: _Optional[_Iterable[_Union[AttributeValue, _Mapping]]] = ..., looked_at: _Optional[int] = ...) -> None: ...

class CustomerAttribute(_message.Message):
    __slots__ = ("name", "customers", "values")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    name: str
    customers: int
    values: _containers.RepeatedCompositeFieldContainer[AttributeValue]
    def __init__(self, name: _Optional[str] = ..., customers: _Optional[int] = ..., values: _Optional[_Iterable[_Union[AttributeValue, _Mapping]]] = ...) -> None: ...

class AttributeValue(_message.Message):
    __slots__ = ("value", "customers")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    value: str
    customers: int
    def __init__(self, value: _Optional[str] = ..., customers: _Optional[int] = ...) -> None: ...

class DeleteCustomerRequest(_message.Message):
    __slots__ = ("customer_id",)
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    def __init__(self, customer_id: _Optional[str] = ...) -> None: ...

class DeleteCustomerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ImportSettings(_message.Message):
    __slots__ = ("list_name", "mapping", "encoding", "dry_run")
    class MappingEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    LIST_NAME_FIELD_NUMBER: _ClassVar[int]
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    list_name: str
    mapping: _containers.ScalarMap[str, str]
    encoding: str
    dry_run: bool
    def __init__(self, list_name: _Optional[str] = ..., mapping: _Optional[_Mapping[str, str]] = ..., encoding: _Optional[str] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class ImportCustomersRequest(_message.Message):
    __slots__ = ("settings", "chunk")
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    settings: ImportSettings
    chunk: bytes
    def __init__(self, settings: _Optional[_Union[ImportSettings, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class ImportCustomersResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: ImportReport
    def __init__(self, report: _Optional[_Union[ImportReport, _Mapping]] = ...) -> None: ...

class ImportCustomersUnaryRequest(_message.Message):
    __slots__ = ("settings", "csv")
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    CSV_FIELD_NUMBER: _ClassVar[int]
    settings: ImportSettings
    csv: bytes
    def __init__(self, settings: _Optional[_Union[ImportSettings, _Mapping]] = ..., csv: _Optional[bytes] = ...) -> None: ...

class ImportCustomersUnaryResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: ImportReport
    def __init__(self, report: _Optional[_Union[ImportReport, _Mapping]] = ...) -> None: ...

class ImportReport(_message.Message):
    __slots__ = ("rows", "created", "updated", "failed", "errors", "list_id")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    rows: int
    created: int
    updated: int
    failed: int
    errors: _containers.RepeatedCompositeFieldContainer[ImportError]
    list_id: str
    def __init__(self, rows: _Optional[int] = ..., created: _Optional[int] = ..., updated: _Optional[int] = ..., failed: _Optional[int] = ..., errors: _Optional[_Iterable[_Union[ImportError, _Mapping]]] = ..., list_id: _Optional[str] = ...) -> None: ...

class ImportError(_message.Message):
    __slots__ = ("line", "column", "message")
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    line: int
    column: str
    message: str
    def __init__(self, line: _Optional[int] = ..., column: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class CustomerList(_message.Message):
    __slots__ = ("id", "name", "size", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    size: int
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., size: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateCustomerListRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class CreateCustomerListResponse(_message.Message):
    __slots__ = ("list",)
    LIST_FIELD_NUMBER: _ClassVar[int]
    list: CustomerList
    def __init__(self, list: _Optional[_Union[CustomerList, _Mapping]] = ...) -> None: ...

class ListCustomerListsRequest(_message.Message):
    __slots__ = ("page", "customer_id")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    customer_id: str
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., customer_id: _Optional[str] = ...) -> None: ...

class ListCustomerListsResponse(_message.Message):
    __slots__ = ("lists", "page")
    LISTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[CustomerList]
    page: _page_pb2.PageResponse
    def __init__(self, lists: _Optional[_Iterable[_Union[CustomerList, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class RenameCustomerListRequest(_message.Message):
    __slots__ = ("list_id", "name")
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    list_id: str
    name: str
    def __init__(self, list_id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class RenameCustomerListResponse(_message.Message):
    __slots__ = ("list",)
    LIST_FIELD_NUMBER: _ClassVar[int]
    list: CustomerList
    def __init__(self, list: _Optional[_Union[CustomerList, _Mapping]] = ...) -> None: ...

class DeleteCustomerListRequest(_message.Message):
    __slots__ = ("list_id",)
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    list_id: str
    def __init__(self, list_id: _Optional[str] = ...) -> None: ...

class DeleteCustomerListResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AddToCustomerListRequest(_message.Message):
    __slots__ = ("list_id", "customer_ids")
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    list_id: str
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, list_id: _Optional[str] = ..., customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class AddToCustomerListResponse(_message.Message):
    __slots__ = ("added",)
    ADDED_FIELD_NUMBER: _ClassVar[int]
    added: int
    def __init__(self, added: _Optional[int] = ...) -> None: ...

class RemoveFromCustomerListRequest(_message.Message):
    __slots__ = ("list_id", "customer_ids")
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    list_id: str
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, list_id: _Optional[str] = ..., customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class RemoveFromCustomerListResponse(_message.Message):
    __slots__ = ("removed",)
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    removed: int
    def __init__(self, removed: _Optional[int] = ...) -> None: ...

class OptOutRequest(_message.Message):
    __slots__ = ("customer_id", "source")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    source: str
    def __init__(self, customer_id: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class OptOutResponse(_message.Message):
    __slots__ = ("on_their_way",)
    ON_THEIR_WAY_FIELD_NUMBER: _ClassVar[int]
    on_their_way: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, on_their_way: _Optional[_Iterable[str]] = ...) -> None: ...

class OptInRequest(_message.Message):
    __slots__ = ("customer_id", "source")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    source: str
    def __init__(self, customer_id: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class OptInResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Suppression(_message.Message):
    __slots__ = ("email", "reason", "source", "since")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    email: str
    reason: SuppressionReason
    source: str
    since: _timestamp_pb2.Timestamp
    def __init__(self, email: _Optional[str] = ..., reason: _Optional[_Union[SuppressionReason, str]] = ..., source: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListSuppressionsRequest(_message.Message):
    __slots__ = ("page", "email")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    email: str
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., email: _Optional[str] = ...) -> None: ...

class ListSuppressionsResponse(_message.Message):
    __slots__ = ("suppressions", "page")
    SUPPRESSIONS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    suppressions: _containers.RepeatedCompositeFieldContainer[Suppression]
    page: _page_pb2.PageResponse
    def __init__(self, suppressions: _Optional[_Iterable[_Union[Suppression, _Mapping]]] = ..., page: _Optional[_Union[_page_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class AddSuppressionRequest(_message.Message):
    __slots__ = ("email", "reason")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    email: str
    reason: SuppressionReason
    def __init__(self, email: _Optional[str] = ..., reason: _Optional[_Union[SuppressionReason, str]] = ...) -> None: ...

class AddSuppressionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RemoveSuppressionRequest(_message.Message):
    __slots__ = ("email", "reason")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    email: str
    reason: SuppressionReason
    def __init__(self, email: _Optional[str] = ..., reason: _Optional[_Union[SuppressionReason, str]] = ...) -> None: ...

class RemoveSuppressionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
