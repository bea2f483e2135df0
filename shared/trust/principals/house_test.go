package principals_test

import (
	"encoding/base32"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// admin has every scope in tenant main.
var admin = auth.Principal{Subject: "usr_ADMINISTRATORAAAAAAAAAAAAA", Tenant: "main", Scopes: manifest.Scopes()}

const password = "a fine long sentence"

// house is a service on a table, and the secrets of a stage with an administrator.
type house struct {
	*principals.Service
	table         *memtable.Table
	set           secrets.Set
	administrator secrets.Credentials
	client        secrets.Credentials
}

var document = sync.OnceValue(func() (made struct {
	set                   secrets.Set
	administrator, client secrets.Credentials
},
) {
	document, client, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	administrator, err := document.AddAdministrator()
	if err != nil {
		panic(err)
	}
	set, problems := document.Open()
	if len(problems) > 0 {
		panic(secrets.Join(problems))
	}
	made.set, made.administrator, made.client = set, administrator, client
	return made
})

func newHouse(tb testing.TB) house {
	tb.Helper()
	t := memtable.New(clock)
	n := 0
	id := func() string {
		n++
		return strings.Repeat("A", 22) + base32.StdEncoding.EncodeToString([]byte{byte(n >> 8), byte(n), 0})[:4]
	}
	made := document()
	return house{
		&principals.Service{Table: t, Audit: audittest.New(tb, t, clock), Now: clock, NewID: id},
		t, made.set, made.administrator, made.client,
	}
}

func (h house) person(t *testing.T, name string, roles ...string) principals.Principal {
	t.Helper()
	p, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{Kind: principals.Person, Username: name, Password: password, Roles: roles})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
