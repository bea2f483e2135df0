package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

// secretDocument is the command secrets, which has one word of its own.
func secretDocument(ctx context.Context, p Process, args []string) error {
	if len(args) > 0 && args[0] == "rotate" {
		return rotate(p, args[1:])
	}
	return newSecrets(ctx, p, args)
}

// rotate gives the development document fresh keys, with the code that does it on AWS.
func rotate(p Process, args []string) error {
	var folder string
	rest, err := p.parse("secrets", args, func(flags *flag.FlagSet) {
		flags.StringVar(&folder, "data", dataFolder, "folder of the store and the keys")
	})
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("secrets rotate takes no arguments")
	}
	stage, err := p.stage()
	if err != nil {
		return err
	}
	if err := envsecrets.Rotate(stage, folder, time.Now()); err != nil {
		return fmt.Errorf("rotate the keys in %s: %w", folder, err)
	}
	p.say("The keys in " + folder + " are fresh. A server that runs uses them from its next request on; what the keys before made is still good.")
	return nil
}

// newSecrets prints a fresh secret document for a stage. The document holds only hashes, so this is the one moment in which the
// client's secret and the administrator's password can be told; they go to the terminal and not into the document's file.
func newSecrets(_ context.Context, p Process, args []string) error {
	rest, err := p.parse("secrets", args, func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("secrets takes no arguments but rotate")
	}
	document, client, err := secrets.Generate()
	if err != nil {
		return fmt.Errorf("make a secret document: %w", err)
	}
	administrator, err := document.AddAdministrator()
	if err != nil {
		return fmt.Errorf("make the administrator: %w", err)
	}
	text, err := document.JSON()
	if err != nil {
		return fmt.Errorf("encode the secret document: %w", err)
	}
	p.complain("The first client, shown this once: client_id=" + client.ID + " client_secret=" + client.Secret)
	p.complain("The first person, shown this once: username=" + administrator.ID + " password=" + administrator.Secret)
	p.say(string(text))
	return nil
}
