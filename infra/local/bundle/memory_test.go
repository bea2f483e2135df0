package bundle_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/dirblob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

// watched is a table in memory that tells of every partition that is reached for, and can begin anew.
type watched struct {
	*memtable.Table
	reach func(partition string)
}

func (w *watched) Get(ctx context.Context, key table.Key) (table.Item, error) {
	w.reach(key.Partition)
	return w.Table.Get(ctx, key)
}

func (w *watched) Put(ctx context.Context, item table.Item, condition table.Condition) error {
	w.reach(item.Partition)
	return w.Table.Put(ctx, item, condition)
}

func (w *watched) Delete(ctx context.Context, key table.Key, condition table.Condition) error {
	w.reach(key.Partition)
	return w.Table.Delete(ctx, key, condition)
}

func (w *watched) Query(ctx context.Context, query table.Query) (table.Page, error) {
	w.reach(query.Partition)
	return w.Table.Query(ctx, query)
}

func (w *watched) Transact(ctx context.Context, token string, writes []table.Write) error {
	for _, write := range writes {
		w.reach(write.Item.Partition)
	}
	return w.Table.Transact(ctx, token, writes)
}

// readBucket tells of every key that is reached for and is not written to: what it holds outlasts a run.
type readBucket struct {
	blob.Bucket
	t     testing.TB
	reach func(key string)
}

func (b *readBucket) Open(ctx context.Context, key string, r blob.Range) (blob.Object, error) {
	b.reach(key)
	return b.Bucket.Open(ctx, key, r)
}

func (b *readBucket) Stat(ctx context.Context, key string) (blob.Info, error) {
	b.reach(key)
	return b.Bucket.Stat(ctx, key)
}

func (b *readBucket) List(ctx context.Context, prefix, cursor string, limit int) (blob.Page, error) {
	b.reach(prefix)
	return b.Bucket.List(ctx, prefix, cursor, limit)
}

func (b *readBucket) Write(ctx context.Context, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
	b.t.Errorf("a request writes the object %s", key)
	return b.Bucket.Write(ctx, key, r, options)
}

func (b *readBucket) Delete(_ context.Context, key, _ string) error {
	b.t.Errorf("a request deletes the object %s", key)
	return nil
}

// seed is what there is before a run: both tenants have an administrator, a person with a session, a batch that was analysed, and
// a customer, a conversation and a category of the same names.
type seed struct {
	source  *envsecrets.Source
	uploads *dirblob.Bucket
	results *dirblob.Bucket // and checkpoints
	at      time.Time
	items   [2][]table.Item // of the table, and of the keys
	tenants map[string]*holding
}

// holding is what one tenant has, and what its requests may name.
type holding struct {
	access, refresh string              // tokens
	client, secret  string              // of the administrator
	ids             map[string][]string // kind > ids
	pages           []string            // next tokens
}

const (
	bothSubject  = "customer-17"
	bothCategory = "churn"
)

func newSeed(t *testing.T) *seed {
	t.Helper()
	s := &seed{tenants: map[string]*holding{}}
	var err error
	if s.source, _, err = envsecrets.Open(env.Development, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	s.uploads, s.results = stores.Bucket(t), stores.Bucket(t)
	synctest.Test(t, func(t *testing.T) {
		var tables [2]*watched
		var partitions [2]sync.Map // the functions run at once
		for i := range tables {
			tables[i] = &watched{memtable.New(time.Now), func(partition string) { partitions[i].Store(partition, true) }}
		}
		b, err := bundle.Over(t.Context(), memoryConfig(time.Now), s.source, tables[0], tables[1], s.uploads, s.results, rand.Text, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for _, tenant := range []string{"main", rival} {
			s.tenants[tenant] = s.settle(t, b, tenant)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Run(ctx) }()
		for _, h := range s.tenants {
			c := client{t, b, h.access}
			c.ended(h.ids["batch"][0])
			h.pages = append(h.pages, nextToken(t, c, "/v1/batches/"+h.ids["batch"][0]+"/results?limit=2"), nextToken(t, c, "/v1/audit?limit=1"))
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		s.at = time.Now()
		for i := range partitions {
			for name := range partitions[i].Range {
				items, err := table.All(t.Context(), tables[i].Table, table.Query{Partition: name.(string)})
				if err != nil {
					t.Fatal(err)
				}
				s.items[i] = append(s.items[i], items...)
			}
		}
	})
	return s
}

func memoryConfig(now func() time.Time) bundle.Config {
	return bundle.Config{BaseURL: "http://localhost", Stage: env.Development, Logger: slog.New(slog.DiscardHandler), Now: now}
}

func nextToken(t *testing.T, c client, path string) string {
	t.Helper()
	var page struct{ NextToken string }
	if c.call(http.MethodGet, path, "", &page); page.NextToken == "" {
		t.Fatalf("%s has no second page", path)
	}
	return page.NextToken
}

// settle gives a tenant what it has before a run.
func (s *seed) settle(t *testing.T, b *bundle.Bundle, tenant string) *holding {
	t.Helper()
	set, err := s.source.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	service := &principals.Service{Table: b.Table(), Audit: audittest.New(t, b.Table(), time.Now), Now: time.Now, NewID: rand.Text}
	operator := auth.Principal{Subject: "operator", Tenant: tenant, Scopes: manifest.Scopes()}
	admin, secret, err := service.Create(t.Context(), set, operator, principals.Draft{Kind: principals.Client, Roles: []string{"administrator"}})
	if err != nil {
		t.Fatal(err)
	}
	person, password, err := service.Create(t.Context(), set, operator, principals.Draft{Kind: principals.Person, Username: "ann." + tenant, Roles: []string{"analyst"}})
	if err != nil {
		t.Fatal(err)
	}
	h := &holding{client: admin.ID, secret: secret, ids: map[string][]string{
		"principal": {person.ID, admin.ID}, "subject": {bothSubject, "customer-18"}, "category": {bothCategory, "praise"},
	}}
	h.access, _ = tokensOf(t, b, url.Values{"grant_type": {"client_credentials"}, "client_id": {admin.ID}, "client_secret": {secret}})
	_, h.refresh = tokensOf(t, b, url.Values{"grant_type": {"password"}, "username": {"ann." + tenant}, "password": {password}})
	c := client{t, b, h.access}
	var upload struct{ BatchID, UploadURL string }
	c.call(http.MethodPost, "/v1/batches", `{"fileName":"messages.csv"}`, &upload)
	h.ids["batch"] = []string{upload.BatchID}
	address, err := url.Parse(upload.UploadURL)
	if err != nil {
		t.Fatal(err)
	}
	const file = "id,text\n1,I am Maria Lopez and I want to cancel\n2,Thank you for the quick refund\n3,This is the worst service\n4\n"
	c.send(httptest.NewRequestWithContext(t.Context(), http.MethodPut, address.RequestURI(), strings.NewReader(file)), nil)
	c.call(http.MethodPost, "/v1/privacy/anonymise", keepBoth, nil)
	c.call(http.MethodPut, "/v1/categories/"+bothCategory, `{"status":"DRAFT","rule":{"when":{"words":["cancel"]}}}`, nil)
	return h
}

const keepBoth = `{"documents":[{"id":"1","text":"I am Maria Lopez."}],"subjectId":"` + bothSubject + `","conversationId":"talk",` +
	`"operators":[{"type":"DEFAULT","operator":"pseudonymise"}]}`

func tokensOf(t *testing.T, b *bundle.Bundle, form url.Values) (access, refresh string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/oauth/token", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	b.Handler.ServeHTTP(recorder, request)
	var answer struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || answer.Access == "" {
		t.Fatalf("sign-in = %d %s, want tokens", recorder.Code, recorder.Body)
	}
	return answer.Access, answer.Refresh
}

// restore puts the items into an empty table, each in the version that it has: what is sealed is sealed for that version.
func restore(t *testing.T, items []table.Item, now func() time.Time) *memtable.Table {
	t.Helper()
	m := memtable.New(now)
	for _, item := range items {
		condition := table.Absent()
		for version := range item.Version {
			if version > 0 {
				condition = table.Version(version)
			}
			if err := m.Put(t.Context(), item, condition); err != nil {
				t.Fatal(err)
			}
		}
	}
	return m
}
