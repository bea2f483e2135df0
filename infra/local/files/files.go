// Package files is what an analysis without a server reads, and the folder that it writes.
//
// Normal use, for each file of a command line:
//
//	input, err := files.Open("messages.csv", os.Stdin)
//	defer input.Close()
//	output, err := files.Create(files.FolderFor("messages.csv", out, several))
//	defer output.Discard()
//	… input.Share(), output.Results, output.Errors …
//	path, err := output.Keep(summary)
//
// It refuses to write over anything: a folder of results appears under its name when all of it is there, and a name that is
// taken is refused, or counted up where nobody chose it. Its errors leave the path to the caller, who has words for it.
package files

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// StandardInput is the name of standard input on a command line.
const StandardInput = "-"

// NameOf is what a person calls a file of the command line.
func NameOf(file string) string {
	if file == StandardInput {
		return "standard input"
	}
	return file
}

// Input is a file that knows how much of it was read, also while another reads on.
type Input struct {
	io.ReadCloser
	size int64        // 0 is not known
	read atomic.Int64 // whoever asks how much seldom is who reads
}

// Open opens a file, or standard input by its name.
func Open(file string, standardInput io.Reader) (*Input, error) {
	if file == StandardInput {
		return &Input{ReadCloser: io.NopCloser(standardInput)}, nil
	}
	opened, err := os.Open(file)
	if err != nil {
		return nil, cause(err)
	}
	info, err := opened.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a folder; name the files in it")
	}
	if err != nil {
		return nil, errors.Join(cause(err), opened.Close())
	}
	return &Input{ReadCloser: opened, size: info.Size()}, nil
}

func (in *Input) Read(b []byte) (int, error) {
	n, err := in.ReadCloser.Read(b)
	in.read.Add(int64(n))
	return n, err
}

// Share is how much of the input was read, or -1 when its size is not known.
func (in *Input) Share() float64 {
	if in.size <= 0 {
		return -1
	}
	return float64(in.read.Load()) / float64(in.size)
}

// cause drops operation and path from a file's error.
func cause(err error) error {
	if pathError, ok := errors.AsType[*os.PathError](err); ok {
		return pathError.Err
	}
	if linkError, ok := errors.AsType[*os.LinkError](err); ok {
		return linkError.Err
	}
	return err
}
