package secretstore

import (
	"context"

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
