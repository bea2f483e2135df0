package envsecrets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

// FileName is the document's name in the data folder.
const FileName = "secrets.json"

// Open reads the document in folder, or makes both (modes 0600 and 0700). Processes that open a folder for the first
// time together agree on one document.
func Open(stage env.Stage, folder string) (*Source, []secrets.Problem, error) {
	if err := developmentOnly(stage); err != nil {
		return nil, nil, err
	}
	path := filepath.Join(folder, FileName)
	document, err := read(path)
	fresh := errors.Is(err, fs.ErrNotExist)
	switch {
	case fresh:
		document = secrets.Document{}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, nil, fmt.Errorf("make the data folder: %w", err)
		}
	case err != nil:
		return nil, nil, err
	}
	made, err := repair(document)
	if err != nil {
		return nil, nil, err
	}
	added, err := addAdministrator(document)
	if err != nil {
		return nil, nil, err
	}
	if len(made) > 0 || added {
		err = write(path, document, fresh)
		if errors.Is(err, fs.ErrExist) { // another process was first; its document holds
			return Open(stage, folder)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	source, err := open(document)
	if err != nil {
		return nil, nil, err
	}
	source.file = &watched{path: path}
	return source, made, nil
}

// Rotate gives the document in folder fresh keys, which everybody who has it open uses from then on.
func Rotate(stage env.Stage, folder string, now time.Time) error {
	if err := developmentOnly(stage); err != nil {
		return err
	}
	path := filepath.Join(folder, FileName)
	document, err := read(path)
	if err != nil {
		return err
	}
	next, err := rotation.Next(document, now, now) // the file is looked at for every use: nobody has an older one
	if err != nil {
		return err
	}
	if err := rotation.Prove(document, next, now); err != nil {
		return err
	}
	return write(path, next, false)
}

// watched notices that a file is another one than it was.
type watched struct {
	path string
	last os.FileInfo
}

// changed reports whether the file differs from what it was when this was asked last, and the first time that it does. It is replaced, never written into,
// so that it has another identity when two changes fall into one tick of the clock.
func (w *watched) changed() bool {
	info, err := os.Stat(w.path)
	if err != nil {
		return false // not there, or not to be seen: nothing to read
	}
	same := w.last != nil && os.SameFile(w.last, info) && w.last.ModTime().Equal(info.ModTime()) && w.last.Size() == info.Size()
	w.last = info
	return !same
}

func read(path string) (secrets.Document, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the secrets: %w", err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the secrets: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("secrets file %s is not a file", path)
	}
	// Windows has no such bits; there the folder's access list guards the file.
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("secrets file %s can be read by other users: run chmod 600 on it, and replace its keys if they may have been seen", path)
	}
	data, err := io.ReadAll(io.LimitReader(file, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read the secrets: %w", err)
	}
	document, err := secrets.ParseDocument(data)
	if err != nil {
		return nil, fmt.Errorf("secrets file %s is damaged: restore it, or remove it to start with fresh keys (what the old keys sealed is lost then): %w", path, err)
	}
	return document, nil
}

// write puts the whole document under path, or nothing. A fresh document never replaces one that is there already.
func write(path string, document secrets.Document, fresh bool) (err error) {
	data, err := document.JSON()
	if err != nil {
		return fmt.Errorf("write the secrets: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), FileName+".*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("write the secrets: %w", err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // after a rename it is gone already
	_, errWrite := file.Write(append(data, '\n'))
	if err := errors.Join(errWrite, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write the secrets: %w", err)
	}
	if fresh {
		err = os.Link(file.Name(), path) // unlike a rename, it fails when path is there
	}
	if !fresh || err != nil && !errors.Is(err, fs.ErrExist) { // also where a file system has no hard links
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write the secrets: %w", err)
	}
	return nil
}
