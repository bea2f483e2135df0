package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/customerai/customerai/shared/trust/secrets"
)

// newSecrets prints a fresh secret document for a stage. The document holds only the hash of its client's secret, so this is
// the one moment in which the secret itself can be told; it goes to the terminal and not into the document's file.
func newSecrets(_ context.Context, p Process, args []string) error {
	rest, err := p.parse("secrets", args, func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("secrets takes no arguments")
	}
	document, client, err := secrets.Generate()
	if err != nil {
		return fmt.Errorf("make a secret document: %w", err)
	}
	text, err := document.JSON()
	if err != nil {
		return fmt.Errorf("encode the secret document: %w", err)
	}
	p.complain("The first client, shown this once: client_id=" + client.ID + " client_secret=" + client.Secret)
	p.say(string(text))
	return nil
}
