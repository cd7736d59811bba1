package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// What S3 asks of every part of a multipart upload but the last.
const s3PartBytesMin = 5 << 20

// s3 keeps files in a bucket. A file is one multipart upload: its parts are durable one by one, and its completion is at once. The bucket's
// lifecycle removes old files and uploads that nobody completed.
type s3 struct {
	client *minio.Core
	bucket string
	prefix string
}

// Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the machine's role.
func openS3(address *url.URL) (Store, error) {
	query := address.Query()
	endpoint := query.Get("endpoint")
	if endpoint == "" {
		endpoint = "https://s3.amazonaws.com"
	}
	server, err := url.Parse(endpoint)
	if err != nil || server.Host == "" || address.Host == "" {
		return nil, fmt.Errorf("the store needs s3://bucket/prefix?endpoint=https://host, got endpoint %q and bucket %q", endpoint, address.Host)
	}
	keys := credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.IAM{}})
	client, err := minio.NewCore(server.Host, &minio.Options{Creds: keys, Secure: server.Scheme == "https", Region: query.Get("region")})
	if err != nil {
		return nil, err
	}
	return &s3{client: client, bucket: address.Host, prefix: strings.Trim(address.Path, "/")}, nil
}

func (*s3) PartBytesMin() int { return s3PartBytesMin }

func (*s3) Sweep(context.Context, time.Duration) error { return nil }

type s3Upload struct {
	store *s3
	Name  string               `json:"name"`
	ID    string               `json:"id"`
	Parts []minio.CompletePart `json:"parts"`
}

func (s *s3) Begin(ctx context.Context, name string, state json.RawMessage) (Upload, error) {
	upload := &s3Upload{store: s, Name: name}
	if len(state) > 0 {
		return upload, json.Unmarshal(state, upload)
	}
	id, err := s.client.NewMultipartUpload(ctx, s.bucket, upload.key(), minio.PutObjectOptions{})
	upload.ID = id
	return upload, err
}

func (u *s3Upload) key() string { return path.Join(u.store.prefix, u.Name) }

func (u *s3Upload) Part(ctx context.Context, number int, data []byte) error {
	// The sum in the signature lets the store refuse what was damaged on its way, and spares the signed chunks that not every lookalike of S3 knows.
	sum := sha256.Sum256(data)
	options := minio.PutObjectPartOptions{Sha256Hex: hex.EncodeToString(sum[:]), DisableContentSha256: true}
	part, err := u.store.client.PutObjectPart(ctx, u.store.bucket, u.key(), u.ID, number, bytes.NewReader(data), int64(len(data)), options)
	if err != nil {
		return err
	}
	u.Parts = append(u.Parts, minio.CompletePart{PartNumber: number, ETag: part.ETag})
	return nil
}

func (u *s3Upload) State() (json.RawMessage, error) { return json.Marshal(u) }

func (u *s3Upload) Finish(ctx context.Context) (string, error) {
	_, err := u.store.client.CompleteMultipartUpload(ctx, u.store.bucket, u.key(), u.ID, u.Parts, minio.PutObjectOptions{})
	if minio.ToErrorResponse(err).Code == "NoSuchUpload" {
		// A crash after the completion: the upload is gone because the file is there.
		_, err = u.store.client.StatObject(ctx, u.store.bucket, u.key(), minio.StatObjectOptions{})
	}
	return u.Name, err
}

func (*s3Upload) Clean(context.Context) error { return nil }
