module github.com/fanfare-mail/fanfare/gen/go

go 1.26.0

require (
	buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go v1.36.11-20260415201107-50325440f8f2.1
	connectrpc.com/connect v1.21.1
	google.golang.org/protobuf v1.36.12
)
