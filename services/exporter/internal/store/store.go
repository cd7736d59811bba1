// Package store keeps exported files: parts while a file is written, each durable before it counts, and the whole file in its place at once.
package store

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// Store is a place for files. Names are <agency>/<export>/<file>.
type Store interface {
	// Begin begins a file, or goes on with one when state is what Upload.State returned.
	Begin(ctx context.Context, name string, state json.RawMessage) (Upload, error)
	// Sweep removes files that are older, and what crashes left of others; a store that does so by itself does nothing.
	Sweep(ctx context.Context, olderThan time.Duration) error
	// PartBytesMin is the least that a part but the last may have.
	PartBytesMin() int
}

// Upload is a file that is being written. Numbers of parts rise; a number that a dead writer may still write to is never used again.
type Upload interface {
	// Part makes bytes durable under a number. They count from the moment that State was remembered.
	Part(ctx context.Context, number int, data []byte) error
	// State is what Begin needs, in this or another process.
	State() (json.RawMessage, error)
	// Finish puts the whole file in its place, at once, and answers its name. Twice is once.
	Finish(ctx context.Context) (name string, err error)
	// Clean removes the parts; the file stays.
	Clean(ctx context.Context) error
}

// Open opens file:///directory or s3://bucket/prefix?endpoint=…&region=….
func Open(address string) (Store, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	switch parsed.Scheme {
	case "file":
		return openDirectory(parsed.Path)
	case "s3":
		return openS3(parsed)
	default:
		return nil, fmt.Errorf("%q is neither file:///directory nor s3://bucket/prefix?endpoint=https://host&region=…", parsed.Scheme)
	}
}
