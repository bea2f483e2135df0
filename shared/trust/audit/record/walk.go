package record

import "errors"

// Walk follows a chain line by line. Its fields say what the next line has to be; begin with those of the place to start
// from: index 1 and Start, or a record that is known to be sound.
type Walk struct {
	Tenant   string
	Next     uint64
	Previous string
}

// What can be wrong with a line. None of them shows anything of it.
var (
	ErrTenant   = errors.New("it is of another tenant's chain")
	ErrIndex    = errors.New("its index does not follow")
	ErrPrevious = errors.New("it does not follow from the record before")
	ErrHash     = errors.New("its hash is not that of its fields")
)

// Step takes the next line, or says what is wrong with it and stays where it is.
func (w *Walk) Step(line []byte) (Record, error) {
	r, err := Parse(line)
	switch {
	case err != nil:
		return Record{}, err
	case r.Tenant != w.Tenant:
		return Record{}, ErrTenant
	case r.Index != w.Next:
		return Record{}, ErrIndex
	case r.Previous != w.Previous:
		return Record{}, ErrPrevious
	case !r.Sealed():
		return Record{}, ErrHash
	}
	w.Next, w.Previous = r.Index+1, r.Hash
	return r, nil
}
