// Package principals keeps the people and clients of each tenant, and says who is who.
//
// Normal use: an administrator's request creates and changes them, the token function asks whose name and secret these
// are, and the authorizer asks whether a token that verifies still counts.
//
//	service := &principals.Service{Table: table, Audit: log, Now: time.Now, NewID: rand.Text}
//	created, err := service.Create(ctx, set, actor, principals.Draft{Kind: principals.Person, Username: name, Roles: roles})
//	known, err := service.Authenticate(ctx, set, principals.Person, name, password)
//	principal, err := service.Check(ctx, set, token)
//
// The clients and the administrator of the secret document are known to Authenticate and Check, too; nothing here changes
// them. Whatever is changed about a principal ends its tokens: each carries the epoch of its principal's record.
//
// A username is personal data: it is found by keyed pseudonym, kept sealed, and in no key, error or log line.
//
// It refuses an actor that would raise itself: nobody gives, changes or takes over a principal that may do what the actor may
// not, nobody changes their own roles, and nobody reaches another tenant's, which look like those that are not there.
package principals

import (
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
)

// Kind is what a principal is.
type Kind string

// The two kinds.
const (
	Person Kind = "person"
	Client Kind = "client"
)

// Status says whether a principal may do anything.
type Status string

// The two statuses.
const (
	Active   Status = "active"
	Disabled Status = "disabled"
)

// Principal is one person or client, as administrators see it.
type Principal struct {
	ID        string    `json:"principalId"`
	Kind      Kind      `json:"kind" enum:"person,client"`
	Username  string    `json:"username,omitempty" doc:"Of a person: what it signs in with"`
	Roles     []string  `json:"roles"`
	Scopes    []string  `json:"scopes" doc:"Scopes beside those of the roles"`
	Status    Status    `json:"status" enum:"active,disabled"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	Version   int64     `json:"version" doc:"One more with every change"`
}

// Service knows the principals of every tenant. It is safe for concurrent use.
type Service struct {
	Table table.Table
	Audit *audit.Log // of what is created and changed
	Now   func() time.Time
	NewID func() string // crypto/rand.Text
}

// Draft is a principal to be.
type Draft struct {
	Kind     Kind
	Username string // of a person, and of nobody else
	Roles    []string
	Scopes   []string
	Password string // of a person; "": one is made
}

// Change is what to change about a principal. What is nil or zero stays as it is.
type Change struct {
	Status    Status
	Roles     *[]string
	Scopes    *[]string
	Password  string // of a person
	NewSecret bool   // make one, in the place of the old
	Version   int64  // the change is for this version alone; 0: for any
}
