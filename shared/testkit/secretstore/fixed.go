package secretstore

import (
	"context"
	"sync"

	"github.com/customerai/customerai/shared/trust/secrets"
)

// Fixed is a secrets.Source, and a Renewer, of one document that has been opened, or of one error: for tests to which it does not
// matter where secrets come from.
type Fixed struct {
	Set secrets.Set
	Err error
}

// Current implements secrets.Source.
func (f Fixed) Current(context.Context) (secrets.Set, error) { return f.Set, f.Err }

// Renewed implements secrets.Renewer.
func (f Fixed) Renewed(context.Context) (secrets.Set, error) { return f.Set, f.Err }

// Keys is the set of one document for all tests of a package: making its client costs a password hash.
func Keys() secrets.Set { return keys() }

var keys = sync.OnceValue(func() secrets.Set {
	document, _, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	set, problems := document.Open()
	if len(problems) > 0 {
		panic(secrets.Join(problems))
	}
	return set
})
