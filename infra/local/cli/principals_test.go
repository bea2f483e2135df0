package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

func TestPrincipalsAreAddedListedDisabledEnabledAndReset(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	run := func(args ...string) string {
		t.Helper()
		status, out, problems := shell{}.run(t, append([]string{"principals", args[0], "-data", folder}, args[1:]...)...)
		if status != 0 {
			t.Fatalf("principals %v = %d: %s", args, status, problems)
		}
		return out
	}
	added := run("add", "-roles", "analyst,reviewer", "Ann@example.com")
	id, _, _ := strings.Cut(added, " ")
	_, secret, _ := strings.Cut(added, "shown this once: ")
	if !strings.HasPrefix(id, "usr_") || len(strings.TrimSpace(secret)) != 26 || !strings.Contains(added, "active    analyst,reviewer  ann@example.com") {
		t.Errorf("add prints %q, want ann and a password", added)
	}
	if client := run("add", "-client", "-roles", "client"); !strings.HasPrefix(client, "cli_") || !strings.Contains(client, "shown this once: ") {
		t.Errorf("add -client prints %q, want a client and a secret", client)
	}
	if out := run("disable", id); !strings.Contains(out, "disabled") || strings.Contains(out, "once") {
		t.Errorf("disable prints %q", out)
	}
	if out := run("list"); strings.Count(out, "\n") != 2 || !strings.Contains(out, id+"  disabled") || strings.Contains(out, "once") {
		t.Errorf("list prints %q, want two principals, one disabled", out)
	}
	if out := run("enable", id); !strings.Contains(out, "active") {
		t.Errorf("enable prints %q", out)
	}
	if out := run("reset", id); !strings.Contains(out, "shown this once: ") || strings.Contains(out, strings.TrimSpace(secret)) {
		t.Errorf("reset prints %q, want another password", out)
	}
}

func TestAMistakeWithPrincipalsIsSaid(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	for name, args := range map[string][]string{
		"no word": {}, "a word that is none": {"promote", "x"}, "nobody to add": {"add"}, "two to add": {"add", "ann", "bob"}, "a list of something": {"list", "x"},
		"a role that is none": {"add", "-roles", "root", "ann"}, "an id that is none": {"disable", "ann"}, "a client with a name": {"add", "-client", "ann"},
	} {
		word := args[:min(1, len(args))]
		args := append(append([]string{"principals"}, word...), append([]string{"-data", folder}, args[len(word):]...)...)
		if status, out, problems := (shell{}).run(t, args...); status != 2 || out != "" || problems == "" {
			t.Errorf("%s: status %d, %q, %q, want 2 and the mistake", name, status, out, problems)
		}
	}
}

func TestTheAdministratorsTokenIsAnother(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	_, client, _ := shell{}.run(t, "token", "-data", folder)
	status, administrator, problems := shell{}.run(t, "token", "-data", folder, "-administrator")
	if status != 0 || strings.Count(administrator, ".") != 2 || len(administrator) <= len(client) {
		t.Errorf("token -administrator = %d, %q, %q, want a token with more scopes", status, administrator, problems)
	}
	source, _, err := envsecrets.Open(env.Development, folder)
	if err != nil {
		t.Fatal(err)
	}
	set, err := source.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	principal, err := auth.Tokens{MAC: set.Signing, Stage: env.Development}.Verify(strings.TrimSpace(administrator), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&principals.Service{Table: memtable.New(time.Now)}).Check(t.Context(), set, principal); err != nil {
		t.Errorf("the authorizer would answer %v, want the token to count", err)
	}
}
