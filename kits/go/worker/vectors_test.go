package worker

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/fanfare-mail/fanfare/gen/go/fanfare/event/v1"
	_ "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Every task and fact as it goes over the wire, the same files that TypeScript and Python read.
func TestGoldenVectors(t *testing.T) {
	files, err := filepath.Glob("../../../proto/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in proto/testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var vector struct {
				Type, Subject string
				Headers       map[string]string
				Binary        []byte
				JSON          json.RawMessage
			}
			if err := json.Unmarshal(text, &vector); err != nil {
				t.Fatal(err)
			}
			found, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(vector.Type))
			if err != nil {
				t.Fatal(err)
			}
			read, said := found.New().Interface(), found.New().Interface()
			if err := proto.Unmarshal(vector.Binary, read); err != nil {
				t.Fatal(err)
			}
			if err := protojson.Unmarshal(vector.JSON, said); err != nil {
				t.Fatal(err)
			}
			if !proto.Equal(read, said) || len(read.ProtoReflect().GetUnknown()) > 0 {
				t.Errorf("the bytes say %v, the JSON says %v", read, said)
			}
			if written, _ := (proto.MarshalOptions{Deterministic: true}).Marshal(said); !bytes.Equal(written, vector.Binary) {
				t.Error("written again, the bytes are others")
			}
			meta := Meta{ID: vector.Headers["ce-id"], Source: vector.Headers["ce-source"], Traceparent: vector.Headers["traceparent"]}
			envelope, err := Envelope(read, meta)
			if err != nil {
				t.Fatal(err)
			}
			if envelope.Subject != vector.Subject || len(envelope.Header) != len(vector.Headers) {
				t.Errorf("it travels on %s with %v", envelope.Subject, envelope.Header)
			}
			for name, want := range vector.Headers {
				if got := envelope.Header[name]; len(got) != 1 || got[0] != want && name != "ce-time" {
					t.Errorf("%s is %v, want %s", name, got, want)
				}
			}
		})
	}
}
