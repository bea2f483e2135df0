package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// operator is who acts on the command line: whoever may read the folder's keys may do everything.
var operator = auth.Principal{Subject: "operator", Tenant: bundle.Tenant, Scopes: manifest.Scopes()}

// principalsOptions are the flags of principals and its word.
type principalsOptions struct {
	word, folder, roles string
	client              bool
	about               string // a username or a principal's id
}

func managePrincipals(ctx context.Context, p Process, args []string) error {
	o := principalsOptions{}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.word, args = args[0], args[1:]
	}
	rest, err := p.parse("principals", args, func(flags *flag.FlagSet) {
		flags.StringVar(&o.folder, "data", dataFolder, "folder of the store and the keys")
		flags.StringVar(&o.roles, "roles", "analyst", "with add: "+strings.Join(manifest.RoleNames(), ", ")+"; several separated by commas")
		flags.BoolVar(&o.client, "client", false, "with add: a client instead of a person")
	})
	if err != nil {
		return err
	}
	if len(rest) == 1 {
		o.about = rest[0]
	}
	if wants := o.word != "list" && !o.client; len(rest) > 1 || wants != (o.about != "") {
		return errors.New("principals wants: add USERNAME, add -client, list, or disable, enable or reset with a principal's id")
	}
	return p.withFolder(ctx, o.folder, "POST /v1/principals", func(b *bundle.Bundle) error {
		service, set, err := b.Principals(ctx)
		if err != nil {
			return err
		}
		return p.principals(ctx, service, set, o)
	})
}

func (p Process) principals(ctx context.Context, service *principals.Service, set secrets.Set, o principalsOptions) error {
	var change principals.Change
	switch o.word {
	case "add":
		draft := principals.Draft{Kind: principals.Person, Username: o.about, Roles: strings.Split(o.roles, ",")}
		if o.client {
			draft.Kind = principals.Client
		}
		created, secret, err := service.Create(ctx, set, operator, draft)
		if err != nil {
			return fmt.Errorf("add a principal: %w", err)
		}
		p.told(created, secret)
		return nil
	case "list":
		return p.listPrincipals(ctx, service, set)
	case "disable":
		change.Status = principals.Disabled
	case "enable":
		change.Status = principals.Active
	case "reset":
		change.NewSecret = true
	default:
		return errors.New("principals has the words add, list, disable, enable and reset")
	}
	changed, secret, err := service.Update(ctx, set, operator, o.about, change)
	if err != nil {
		return fmt.Errorf("%s a principal: %w", o.word, err)
	}
	p.told(changed, secret)
	return nil
}

func (p Process) listPrincipals(ctx context.Context, service *principals.Service, set secrets.Set) error {
	for cursor := ""; ; {
		page, next, err := service.List(ctx, set, operator, 100, cursor)
		if err != nil {
			return err
		}
		for _, principal := range page {
			p.told(principal, "")
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

// told prints a principal on a line, and its secret on the next if one was made.
func (p Process) told(principal principals.Principal, secret string) {
	p.say(strings.TrimRight(fmt.Sprintf("%s  %-8s  %s  %s", principal.ID, principal.Status, strings.Join(principal.Roles, ","), principal.Username), " "))
	if secret != "" {
		p.say("secret, shown this once: " + secret)
	}
}
