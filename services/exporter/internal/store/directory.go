package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// directory keeps files below a directory that all exporters, and the API, share.
type directory struct{ root string }

func openDirectory(root string) (Store, error) {
	if err := os.MkdirAll(root, 0o750); err != nil {
		return nil, fmt.Errorf("the directory of exports: %w", err)
	}
	return &directory{root: root}, nil
}

func (*directory) PartBytesMin() int { return 1 }

// What a file is called before it is in its place; a writer that was killed leaves one.
const writing = ".writing-"

type directoryUpload struct {
	root  string
	Name  string `json:"name"`
	Parts []int  `json:"parts"`
}

func (d *directory) Begin(_ context.Context, name string, state json.RawMessage) (Upload, error) {
	upload := &directoryUpload{root: d.root}
	if len(state) > 0 {
		if err := json.Unmarshal(state, upload); err != nil {
			return nil, err
		}
	}
	// A file's name carries its attempt, so that a writer that was thought dead cannot put its own file over this one.
	upload.Name = name
	return upload, os.MkdirAll(filepath.Dir(filepath.Join(d.root, name)), 0o750)
}

func (u *directoryUpload) part(number int) string {
	return filepath.Join(u.root, filepath.Dir(u.Name), fmt.Sprintf("part-%06d", number))
}

func (u *directoryUpload) Part(_ context.Context, number int, data []byte) error {
	if err := place(u.part(number), func(out io.Writer) error { _, err := out.Write(data); return err }); err != nil {
		return err
	}
	u.Parts = append(u.Parts, number)
	return nil
}

func (u *directoryUpload) State() (json.RawMessage, error) { return json.Marshal(u) }

func (u *directoryUpload) Finish(context.Context) (string, error) {
	return u.Name, place(filepath.Join(u.root, u.Name), func(out io.Writer) error {
		for _, number := range u.Parts {
			part, err := os.Open(u.part(number))
			if err != nil {
				return err
			}
			_, err = io.Copy(out, part)
			_ = part.Close()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (u *directoryUpload) Clean(context.Context) error {
	var problems []error
	for _, pattern := range []string{"part-*", writing + "*"} {
		leftovers, _ := filepath.Glob(filepath.Join(u.root, filepath.Dir(u.Name), pattern)) // The patterns are well formed.
		for _, leftover := range leftovers {
			problems = append(problems, os.Remove(leftover))
		}
	}
	return errors.Join(problems...)
}

// Sweep removes an export's directory when nothing in it has changed for so long.
func (d *directory) Sweep(_ context.Context, olderThan time.Duration) error {
	exports, err := filepath.Glob(filepath.Join(d.root, "*", "*"))
	for _, export := range exports {
		info, statErr := os.Stat(export)
		if statErr == nil && info.IsDir() && time.Since(info.ModTime()) > olderThan {
			err = os.RemoveAll(export)
		}
	}
	return err
}

// place writes a file beside its place, makes it durable, and moves it there: whoever looks sees all of it or nothing.
func place(path string, write func(io.Writer) error) error {
	out, err := os.CreateTemp(filepath.Dir(path), writing+"*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	if err := write(out); err != nil {
		return err
	}
	if err := out.Chmod(0o640); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
