package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"
)

// stores are the two kinds, each with a way to read a file back.
func stores(t *testing.T) map[string]struct {
	Store
	read func(name string) ([]byte, error)
} {
	t.Helper()
	root := t.TempDir()
	local, err := Open("file://" + root)
	must(t, err)
	backend := s3mem.New()
	must(t, backend.CreateBucket("bucket"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	remote, err := Open("s3://bucket/exports?region=us-east-1&endpoint=" + server.URL)
	must(t, err)
	return map[string]struct {
		Store
		read func(name string) ([]byte, error)
	}{
		"directory": {local, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(root, name)) }},
		"s3": {remote, func(name string) ([]byte, error) {
			object, _, _, err := remote.(*s3).client.GetObject(context.Background(), "bucket", "exports/"+name, minio.GetObjectOptions{})
			if err != nil {
				return nil, err
			}
			defer object.Close()
			return io.ReadAll(object)
		}},
	}
}

func TestAFileIsItsPartsWhateverCrashesBetweenThem(t *testing.T) {
	for kind, store := range stores(t) {
		t.Run(kind, func(t *testing.T) {
			ctx := t.Context()
			var want []byte
			var state json.RawMessage
			name := ""
			for number := 1; number <= 3; number++ {
				// Each part by another process, which knows only what was remembered.
				upload, err := store.Begin(ctx, fmt.Sprintf("agency/export/%d.csv", number), state)
				must(t, err)
				part := random(store.PartBytesMin() + number)
				must(t, upload.Part(ctx, 2*number, part))
				want = append(want, part...)
				state, err = upload.State()
				must(t, err)
				// A part on its way when the process died is in nobody's state, and does not count.
				must(t, upload.Part(ctx, 2*number+1, random(store.PartBytesMin())))
				name = fmt.Sprintf("agency/export/%d.csv", number)
			}
			if _, err := store.read(name); err == nil {
				t.Error("the file is there before it is whole")
			}
			for range 2 {
				// Twice: a crash may come between this and the word that it is done.
				upload, err := store.Begin(ctx, name, state)
				must(t, err)
				name, err = upload.Finish(ctx)
				must(t, err)
				if got, err := store.read(name); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%d bytes instead of %d (%v)", len(got), len(want), err)
				}
			}
			upload, err := store.Begin(ctx, name, state)
			must(t, err)
			must(t, upload.Clean(ctx))
			if _, err := store.read(name); err != nil {
				t.Error("the file went with its parts")
			}
		})
	}
}

func TestTheDirectoryForgetsWhatNobodyTouchedForLong(t *testing.T) {
	root := t.TempDir()
	store, err := Open("file://" + root)
	must(t, err)
	for _, export := range []string{"agency/old", "agency/new"} {
		upload, err := store.Begin(t.Context(), export+"/1.csv", nil)
		must(t, err)
		must(t, upload.Part(t.Context(), 1, []byte("x")))
	}
	long := time.Now().Add(-48 * time.Hour)
	must(t, os.Chtimes(filepath.Join(root, "agency/old"), long, long))
	must(t, store.Sweep(t.Context(), 24*time.Hour))
	if _, err := os.Stat(filepath.Join(root, "agency/old")); !os.IsNotExist(err) {
		t.Error("the old export is still there")
	}
	if _, err := os.Stat(filepath.Join(root, "agency/new/part-000001")); err != nil {
		t.Error("the new export is gone")
	}
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	for _, address := range []string{"", "/directory", "http://host", "s3:///prefix", "s3://bucket?endpoint=host"} {
		if _, err := Open(address); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

func random(count int) []byte {
	some := make([]byte, count)
	_, _ = rand.Read(some)
	return some
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
