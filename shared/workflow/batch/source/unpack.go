package source

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// Limits bound what a file may unpack to. Text in gzip shrinks to a third or a tenth; a file that unpacks to hundreds of
// times its size was made to hurt.
type Limits struct {
	Unpacked  int64 // bytes
	Ratio     int64 // unpacked to packed bytes, once RatioFrom bytes are unpacked
	RatioFrom int64
}

// DefaultLimits returns 16 GiB in all and 200 to 1 beyond 64 MiB.
func DefaultLimits() Limits {
	return Limits{Unpacked: 16 << 30, Ratio: 200, RatioFrom: 64 << 20}
}

// unpack returns the content of a gzip stream. It ends with rows.ErrDamaged where the stream does not go on as gzip.
func unpack(packed io.Reader, limits Limits) (io.Reader, error) {
	counted := &counter{source: packed}
	unpacked, err := gzip.NewReader(counted)
	switch {
	case counted.err != nil:
		return nil, counted.err
	case err != nil:
		return nil, errs.Wrap(errs.Invalid, "the compressed file is damaged from its beginning", err)
	}
	return &capped{source: &gunzip{packed: counted, unpacked: unpacked}, packed: counted, limits: limits}, nil
}

// counter counts what was read, and keeps the reader's own error apart from what gzip makes of it.
type counter struct {
	source io.Reader
	n      int64
	err    error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.source.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

type gunzip struct {
	packed   *counter
	unpacked *gzip.Reader
}

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.unpacked.Read(p)
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return n, err
	case g.packed.err != nil:
		return n, g.packed.err
	}
	return n, rows.ErrDamaged
}

// capped refuses to give more than the limits allow.
type capped struct {
	source io.Reader
	packed *counter // nil for a file that is not compressed
	limits Limits
	n      int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.source.Read(p)
	c.n += int64(n)
	switch {
	case c.n > c.limits.Unpacked:
		return 0, errs.New(errs.TooLarge, fmt.Sprintf("the file holds more than %d bytes", c.limits.Unpacked))
	case c.packed != nil && c.n > c.limits.RatioFrom && c.n/c.limits.Ratio > c.packed.n:
		return 0, errs.New(errs.TooLarge, fmt.Sprintf("the compressed file unpacks to more than %d times its size", c.limits.Ratio))
	}
	return n, err
}
