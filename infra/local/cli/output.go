package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// folder is where results go. A numbered one gives way to what is there: messages, messages-2, messages-3.
type folder struct {
	path     string
	numbered bool
}

// output is a folder in the making. It has its name only when all of it is there.
type output struct {
	to              folder
	temporary       string
	results, errors *bufio.Writer
	files           []*os.File
}

const mostFolders = 10_000

// createOutput makes the folder under a temporary name beside its place.
func createOutput(to folder) (*output, error) {
	if !to.numbered {
		if err := vacant(to.path); err != nil {
			return nil, err
		}
	}
	parent := filepath.Dir(to.path)
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder for the results: %w", withoutPath(err))
	}
	temporary, err := os.MkdirTemp(parent, ".insight-")
	if err != nil {
		return nil, fmt.Errorf("make the folder for the results in %s: %w", parent, withoutPath(err))
	}
	o := &output{to: to, temporary: temporary}
	if o.results, err = o.create("results.jsonl"); err == nil {
		o.errors, err = o.create("errors.jsonl")
	}
	if err != nil {
		return nil, errors.Join(err, o.discard())
	}
	return o, nil
}

// vacant refuses a folder with something in it, which may be somebody's.
func vacant(path string) error {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look into %s: %w", path, withoutPath(err))
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty; name another folder with -out", path)
	}
	return nil
}

func (o *output) create(name string) (*bufio.Writer, error) {
	file, err := os.OpenFile(filepath.Join(o.temporary, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, withoutPath(err))
	}
	o.files = append(o.files, file)
	return bufio.NewWriterSize(file, 256<<10), nil
}

// keep writes the summary, gives the folder its name and returns it.
func (o *output) keep(summary tally.Summary) (string, error) {
	text, err := json.MarshalIndent(summary, "", "  ")
	if err != nil {
		return "", fmt.Errorf("encode the summary: %w", err)
	}
	if err := os.WriteFile(filepath.Join(o.temporary, "summary.json"), append(text, '\n'), 0o600); err != nil {
		return "", fmt.Errorf("write summary.json: %w", withoutPath(err))
	}
	if err := errors.Join(o.results.Flush(), o.errors.Flush()); err != nil {
		return "", fmt.Errorf("write the results: %w", withoutPath(err))
	}
	if err := o.close(); err != nil {
		return "", fmt.Errorf("write the results: %w", withoutPath(err))
	}
	// The temporary name kept others out; the real one may be read by whoever the person's umask lets.
	if err := os.Chmod(o.temporary, 0o750); err != nil { //nolint:gosec // a folder needs its x bits
		return "", fmt.Errorf("open the folder of the results: %w", withoutPath(err))
	}
	path := o.to.path
	for n := 2; ; n++ {
		// A rename onto an empty folder replaces it, and onto any other fails: nobody's results are lost.
		err := os.Rename(o.temporary, path)
		if err == nil {
			o.temporary = ""
			return path, nil
		}
		if _, taken := os.Lstat(path); !o.to.numbered || taken != nil || n > mostFolders {
			return "", fmt.Errorf("name the folder of the results %s: %w", path, linkCause(err))
		}
		path = fmt.Sprintf("%s-%d", o.to.path, n)
	}
}

func linkCause(err error) error {
	if linkError, ok := errors.AsType[*os.LinkError](err); ok {
		return linkError.Err
	}
	return err
}

func (o *output) close() error {
	var failures []error
	for _, file := range o.files {
		failures = append(failures, file.Close())
	}
	o.files = nil
	return errors.Join(failures...)
}

// discard removes what was not kept. After keep it does nothing.
func (o *output) discard() error {
	err := o.close()
	if o.temporary == "" {
		return err
	}
	return errors.Join(err, os.RemoveAll(o.temporary))
}
