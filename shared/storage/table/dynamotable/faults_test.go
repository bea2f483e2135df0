package dynamotable_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/wire"
)

// maxAttempts is how often the configuration's retryer tries.
const maxAttempts = 6

var key = table.Key{Partition: "p", Sort: "s"}

func item(value string) table.Item { return table.Item{Key: key, Value: []byte(value)} }

// broken returns a table behind faults, and the same table without.
func broken(t *testing.T, faults ...wire.Fault) (behind, plain *dynamotable.Table, w *wire.Wire) {
	t.Helper()
	config := emulators.DynamoDB(t)
	name := create(t, config)
	faulty, w := wire.New(config, faults...)
	return dynamotable.Open(faulty, name, time.Now), dynamotable.Open(config, name, time.Now), w
}

func wantCode(t *testing.T, what string, err error, want errs.Code) {
	t.Helper()
	if got := errs.CodeOf(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

func wantItem(t *testing.T, tb table.Table, value string, version int64) {
	t.Helper()
	got, err := tb.Get(t.Context(), key)
	if err != nil || string(got.Value) != value || got.Version != version {
		t.Errorf("got %q at version %d (%v), want %q at %d", got.Value, got.Version, err, value, version)
	}
}

func TestAWriteWhoseAnswersAreLostIsMadeOnce(t *testing.T) {
	for name, faults := range map[string][]wire.Fault{
		"the first answer is lost":          {wire.Lost},
		"the request is lost, then answers": {wire.Never, wire.Lost, wire.Lost},
		"every answer is lost":              wire.Times(maxAttempts, wire.Lost),
		"an error after the write":          {wire.Lost, wire.Refuse(500, "InternalServerError")},
	} {
		t.Run(name+", put", func(t *testing.T) {
			behind, plain, _ := broken(t, faults...)
			if err := behind.Put(t.Context(), item("x"), table.Absent()); err != nil {
				t.Errorf("got %v, want the write known again", err)
			}
			wantItem(t, plain, "x", 1)
		})
		if len(faults) == maxAttempts {
			continue // nothing is left for a transaction to ask
		}
		t.Run(name+", transaction", func(t *testing.T) {
			behind, plain, _ := broken(t, faults...)
			if err := behind.Transact(t.Context(), "token", []table.Write{table.Put(item("x"), table.Absent())}); err != nil {
				t.Errorf("got %v, want success", err)
			}
			wantItem(t, plain, "x", 1)
		})
		t.Run(name+", delete of a version", func(t *testing.T) {
			behind, plain, _ := broken(t, faults...)
			if err := plain.Put(t.Context(), item("x"), table.Absent()); err != nil {
				t.Fatal(err)
			}
			if err := behind.Delete(t.Context(), key, table.Version(1)); err != nil {
				t.Errorf("got %v, want success", err)
			}
			_, err := plain.Get(t.Context(), key)
			wantCode(t, "get", err, errs.NotFound)
		})
	}
}

func TestATransactionWithoutAnyAnswerCanBeRepeatedWithItsToken(t *testing.T) {
	behind, plain, _ := broken(t, wire.Times(maxAttempts, wire.Lost)...)
	writes := []table.Write{table.Put(item("x"), table.Absent())}
	wantCode(t, "first", behind.Transact(t.Context(), "token", writes), errs.Unavailable)
	if err := behind.Transact(t.Context(), "token", writes); err != nil {
		t.Errorf("again: %v", err)
	}
	wantItem(t, plain, "x", 1)
}

func TestAWriteThatIsOvertakenAfterALostAnswerIsNoConflict(t *testing.T) {
	var plain *dynamotable.Table
	// The write is made and its answer lost; before its repetition arrives, somebody else puts the next version.
	overtaken := func(send func() (*http.Response, error)) (*http.Response, error) {
		response, err := wire.Lost(send)
		if failure := plain.Put(context.Background(), item("theirs"), table.Version(1)); failure != nil {
			t.Error(failure)
		}
		return response, err
	}
	var behind *dynamotable.Table
	behind, plain, _ = broken(t, overtaken)
	wantCode(t, "put", behind.Put(t.Context(), item("ours"), table.Absent()), errs.Unavailable)
	wantItem(t, plain, "theirs", 2)
}

func TestAConflictAfterAThrottleIsAConflict(t *testing.T) {
	behind, plain, w := broken(t, wire.Refuse(400, "ProvisionedThroughputExceededException"), wire.Refuse(400, "ThrottlingException"))
	if err := plain.Put(t.Context(), item("theirs"), table.Absent()); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "put", behind.Put(t.Context(), item("ours"), table.Absent()), errs.Conflict)
	if got, want := w.Requests(), 3; got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}
}

// offline returns a table that nobody answers but the faults.
func offline(t *testing.T, faults ...wire.Fault) (*dynamotable.Table, *wire.Wire) {
	t.Helper()
	config, w := wire.New(emulators.Nowhere(t), append(faults, wire.Times(100, wire.Never)...)...)
	config.Retryer = impatient(config)
	return dynamotable.Open(config, "table", time.Now), w
}

var calls = map[string]func(context.Context, table.Table) error{
	"get": func(ctx context.Context, tb table.Table) error { _, err := tb.Get(ctx, key); return err },
	"query": func(ctx context.Context, tb table.Table) error {
		_, err := tb.Query(ctx, table.Query{Partition: "p"})
		return err
	},
	"put":      func(ctx context.Context, tb table.Table) error { return tb.Put(ctx, item("x"), table.Absent()) },
	"delete":   func(ctx context.Context, tb table.Table) error { return tb.Delete(ctx, key, table.Any()) },
	"versions": func(ctx context.Context, tb table.Table) error { return tb.Delete(ctx, key, table.Version(1)) },
	"transact": func(ctx context.Context, tb table.Table) error {
		return tb.Transact(ctx, "token", []table.Write{table.Put(item("x"), table.Absent())})
	},
	"check": func(ctx context.Context, tb table.Table) error { return tb.(*dynamotable.Table).Check(ctx) },
}

func TestWhatTheServiceSaysBecomesACode(t *testing.T) {
	cancelled := func(reasons string) wire.Fault {
		return wire.Answer(400, `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[`+reasons+`]}`)
	}
	for name, c := range map[string]struct {
		fault    wire.Fault
		call     string
		want     errs.Code
		attempts int
	}{
		"throttled for long":                      {wire.Refuse(400, "ProvisionedThroughputExceededException"), "query", errs.Unavailable, maxAttempts},
		"throttled by the account":                {wire.Refuse(400, "RequestLimitExceeded"), "put", errs.Unavailable, maxAttempts},
		"the service is down":                     {wire.Answer(503, "<html>down</html>"), "get", errs.Unavailable, maxAttempts},
		"garbage instead of JSON":                 {wire.Answer(200, "garbage"), "get", errs.Unavailable, 1},
		"no rights":                               {wire.Refuse(400, "AccessDeniedException"), "get", errs.Unavailable, 1},
		"no such table":                           {wire.Refuse(400, "ResourceNotFoundException"), "transact", errs.Unavailable, 1},
		"a request of ours that is bad":           {wire.Refuse(400, "ValidationException"), "put", errs.Internal, 1},
		"a write met another's transaction":       {wire.Refuse(400, "TransactionConflictException"), "put", errs.Unavailable, maxAttempts},
		"a transaction met another":               {cancelled(`{"Code":"TransactionConflict"},{"Code":"None"}`), "transact", errs.Unavailable, maxAttempts},
		"a transaction was throttled":             {cancelled(`{"Code":"None"},{"Code":"ThrottlingError"}`), "transact", errs.Unavailable, maxAttempts},
		"a transaction's condition failed":        {cancelled(`{"Code":"None"},{"Code":"ConditionalCheckFailed"}`), "transact", errs.Conflict, 1},
		"its condition failed and it met another": {cancelled(`{"Code":"TransactionConflict"},{"Code":"ConditionalCheckFailed"}`), "transact", errs.Conflict, 1},
		"a transaction failed for other reasons":  {cancelled(`{"Code":"None"},{"Code":"ItemCollectionSizeLimitExceeded"}`), "transact", errs.Unavailable, 1},
		"a transaction without reasons":           {cancelled(``), "transact", errs.Unavailable, 1},
		"an item without a value":                 {wire.Answer(200, `{"Item":{"pk":{"B":"cA=="},"sk":{"B":"cw=="},"version":{"N":"1"}}}`), "get", errs.Internal, 1},
		"an item with a version that is none":     {wire.Answer(200, `{"Items":[{"pk":{"B":"cA=="},"sk":{"B":"cw=="},"value":{"B":""},"version":{"N":"1e9"}}]}`), "query", errs.Internal, 1},
		"a page whose last key is none":           {wire.Answer(200, `{"Items":[],"LastEvaluatedKey":{"pk":{"B":"cA=="}}}`), "query", errs.Internal, 1},
	} {
		t.Run(name, func(t *testing.T) {
			tb, w := offline(t, wire.Times(c.attempts, c.fault)...)
			wantCode(t, c.call, calls[c.call](t.Context(), tb), c.want)
			if got := w.Requests(); got < c.attempts || c.want != errs.Unavailable && got > c.attempts {
				t.Errorf("got %d requests, want %d", got, c.attempts)
			}
		})
	}
}

func TestATableThatDoesNotAnswerIsUnavailable(t *testing.T) {
	for name, call := range calls {
		tb, _ := offline(t)
		wantCode(t, name, call(t.Context(), tb), errs.Unavailable)
	}
}

func TestAContextThatEndsIsTold(t *testing.T) {
	for name, call := range calls {
		ctx, cancel := context.WithCancel(t.Context())
		tb, _ := offline(t, func(func() (*http.Response, error)) (*http.Response, error) { cancel(); return nil, ctx.Err() })
		if err := call(ctx, tb); err == nil || ctx.Err() == nil {
			t.Errorf("%s: got %v, want the context's error", name, err)
		}
		cancel()
	}
}

func TestRetriesKeepToTheirBudget(t *testing.T) {
	config, w := wire.New(emulators.Nowhere(t), wire.Times(1000, wire.Refuse(400, "ProvisionedThroughputExceededException"))...)
	config.Retryer = impatient(config)
	tb := dynamotable.Open(config, "table", time.Now)
	const calls = 100
	for range calls {
		_, err := tb.Get(t.Context(), key)
		wantCode(t, "get", err, errs.Unavailable)
	}
	// The bucket holds 500 tokens at first and a retry takes 10.
	if got, most := w.Requests()-calls, 50; got > most {
		t.Errorf("got %d retries, want at most %d", got, most)
	}
}

// impatient takes the waiting out of a policy, and nothing else.
func impatient(config aws.Config) func() aws.Retryer {
	policy := waitless{config.Retryer()}
	return func() aws.Retryer { return policy }
}

type waitless struct{ aws.Retryer }

func (waitless) RetryDelay(int, error) (time.Duration, error) { return 0, nil }
