package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

// dataFolder is where everything is kept unless -data says otherwise.
const dataFolder = ".customerai"

func token(ctx context.Context, p Process, args []string) error {
	var folder string
	var showSecret, administrator bool
	rest, err := p.parse("token", args, func(flags *flag.FlagSet) {
		flags.StringVar(&folder, "data", dataFolder, "folder of the store and the keys")
		flags.BoolVar(&showSecret, "show-secret", false, "print the client's id and secret instead of a token")
		flags.BoolVar(&administrator, "administrator", false, "a token of the administrator, who may do everything, instead of the client's")
	})
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("token takes no arguments")
	}
	stage, err := p.stage()
	if err != nil {
		return err
	}
	source, made, err := envsecrets.Open(stage, folder)
	if err != nil {
		return fmt.Errorf("open the keys in %s: %w", folder, err)
	}
	for _, problem := range made {
		p.complain(madeKey(problem))
	}
	client, err := source.Client()
	if err != nil {
		return fmt.Errorf("find the development client: %w", err)
	}
	if showSecret {
		p.say("client_id=" + client.ID + "\nclient_secret=" + client.Secret)
		if person, err := source.Administrator(); err == nil {
			p.say("username=" + person.ID + "\npassword=" + person.Secret)
		}
		return nil
	}
	set, err := source.Current(ctx)
	if err != nil {
		return fmt.Errorf("open the keys: %w", err)
	}
	if administrator {
		return p.mintAdministrator(set, stage)
	}
	known, err := set.Clients.Authenticate(client.ID, client.Secret)
	if err != nil {
		return fmt.Errorf("authenticate the development client: %w", err)
	}
	minted, err := auth.Tokens{MAC: set.Signing, Stage: stage}.Mint(known.Principal(known.Scopes), rand.Text(), time.Now())
	if err != nil {
		return fmt.Errorf("mint a token: %w", err)
	}
	p.say(minted)
	return nil
}

// mintAdministrator prints a token of the administrator of the document.
func (p Process) mintAdministrator(set secrets.Set, stage env.Stage) error {
	if set.Administrator == nil {
		return errors.New("the folder's secrets name no administrator")
	}
	principal := auth.Principal{Subject: set.Administrator.ID, Tenant: set.Administrator.Tenant, Scopes: manifest.Scopes(), Epoch: set.Administrator.Epoch()}
	minted, err := auth.Tokens{MAC: set.Signing, Stage: stage}.Mint(principal, rand.Text(), time.Now())
	if err != nil {
		return fmt.Errorf("mint a token: %w", err)
	}
	p.say(minted)
	return nil
}

// stage is development unless ENVIRONMENT says otherwise. Here an absent stage is a laptop, where keys in a file are right;
// whoever sets another stage is told that this program is not for it.
func (p Process) stage() (env.Stage, error) {
	name, set := p.LookupEnv("ENVIRONMENT")
	if !set || env.ParseStage(name) == env.Development {
		return env.Development, nil
	}
	return env.Production, errors.New("ENVIRONMENT: this program serves development only; deploy the functions for staging and production")
}

// madeKey is the one warning for a development key that had to be made.
func madeKey(problem secrets.Problem) string {
	return "warning: " + problem.Setting + " " + problem.Message + ": made a development value"
}
