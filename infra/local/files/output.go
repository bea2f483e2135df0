package files

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is where results go. A numbered one gives way to what is there: messages, messages-2, messages-3.
type Folder struct {
	Path     string
	Numbered bool
}

// FolderFor decides the folder of a file's results: out, one in out where there are several files, or without out one beside
// the file, with its name.
func FolderFor(file, out string, several bool) Folder {
	name, beside := "stdin", "."
	if file != StandardInput {
		name, beside = stem(file), filepath.Dir(file)
	}
	switch {
	case out == "":
		return Folder{Path: filepath.Join(beside, name), Numbered: true}
	case several:
		return Folder{Path: filepath.Join(out, name), Numbered: true}
	}
	return Folder{Path: out}
}

// stem is a file's name without what tells its format.
func stem(file string) string {
	name := filepath.Base(file)
	for _, suffix := range []string{".gz", ".csv", ".jsonl", ".ndjson", ".json", ".txt"} {
		if cut := name[:max(len(name)-len(suffix), 0)]; cut != "" && cut+suffix == name {
			name = cut
		}
	}
	if name == filepath.Base(file) {
		return name + "-insight"
	}
	return name
}

// Output is a folder in the making. It has its name only when all of it is there.
type Output struct {
	Results, Errors *bufio.Writer
	to              Folder
	temporary       string
	files           []*os.File
}

const mostFolders = 10_000

// Create makes the folder under a temporary name beside its place.
func Create(to Folder) (*Output, error) {
	to.Path = filepath.Clean(to.Path) // march/ is beside its place as march is
	if !to.Numbered {
		if err := vacant(to.Path); err != nil {
			return nil, err
		}
	}
	parent := filepath.Dir(to.Path)
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder for the results: %w", cause(err))
	}
	temporary, err := os.MkdirTemp(parent, ".insight-")
	if err != nil {
		return nil, fmt.Errorf("make the folder for the results in %s: %w", parent, cause(err))
	}
	o := &Output{to: to, temporary: temporary}
	if o.Results, err = o.create("results.jsonl"); err == nil {
		o.Errors, err = o.create("errors.jsonl")
	}
	if err != nil {
		return nil, errors.Join(err, o.Discard())
	}
	return o, nil
}

// vacant refuses a folder with something in it, which may be somebody's.
func vacant(path string) error {
	if name := filepath.Base(path); name == "." || name == ".." {
		return errors.New("-out must be a folder that can be made anew")
	}
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look into %s: %w", path, cause(err))
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty; name another folder with -out", path)
	}
	return nil
}

func (o *Output) create(name string) (*bufio.Writer, error) {
	file, err := os.OpenFile(filepath.Join(o.temporary, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, cause(err))
	}
	o.files = append(o.files, file)
	return bufio.NewWriterSize(file, 256<<10), nil
}

// Keep writes the summary, gives the folder its name and returns it.
func (o *Output) Keep(summary any) (string, error) {
	text, err := json.MarshalIndent(summary, "", "  ")
	if err != nil {
		return "", fmt.Errorf("encode the summary: %w", err)
	}
	if err := os.WriteFile(filepath.Join(o.temporary, "summary.json"), append(text, '\n'), 0o600); err != nil {
		return "", fmt.Errorf("write summary.json: %w", cause(err))
	}
	if err := errors.Join(o.Results.Flush(), o.Errors.Flush()); err != nil {
		return "", fmt.Errorf("write the results: %w", cause(err))
	}
	if err := o.close(); err != nil {
		return "", fmt.Errorf("write the results: %w", cause(err))
	}
	// The temporary name kept others out; the real one may be read by whoever the person's umask lets.
	if err := os.Chmod(o.temporary, 0o750); err != nil { //nolint:gosec // a folder needs its x bits
		return "", fmt.Errorf("open the folder of the results: %w", cause(err))
	}
	path := o.to.Path
	if info, err := os.Lstat(path); err == nil && info.IsDir() && !o.to.Numbered {
		// The folder that was chosen is there. It goes if it is empty, else the rename fails: nobody's results are lost.
		_ = os.Remove(path)
	}
	for n := 2; ; n++ {
		err := os.Rename(o.temporary, path)
		if err == nil {
			o.temporary = ""
			return path, nil
		}
		if _, taken := os.Lstat(path); !o.to.Numbered || taken != nil || n > mostFolders {
			return "", fmt.Errorf("name the folder of the results %s: %w", path, cause(err))
		}
		path = fmt.Sprintf("%s-%d", o.to.Path, n)
	}
}

func (o *Output) close() error {
	var failures []error
	for _, file := range o.files {
		failures = append(failures, file.Close())
	}
	o.files = nil
	return errors.Join(failures...)
}

// Discard removes what was not kept. After Keep it does nothing.
func (o *Output) Discard() error {
	err := o.close()
	if o.temporary == "" {
		return err
	}
	return errors.Join(err, os.RemoveAll(o.temporary))
}
