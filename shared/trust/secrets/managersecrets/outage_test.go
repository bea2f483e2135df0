package managersecrets_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
)

// diary notes what an environment asks of the store and when the store last gave a document.
type diary struct {
	answer func() wire.Fault
	asked  []time.Time
	given  time.Time
}

// Do implements aws.HTTPClient.
func (d *diary) Do(request *http.Request) (*http.Response, error) {
	begun := time.Now()
	d.asked = append(d.asked, begun)
	response, err := d.answer()(func() (*http.Response, error) {
		<-request.Context().Done()
		return nil, request.Context().Err()
	})
	if err == nil && response.ContentLength > 1000 { // a document, and neither an error nor garbage
		d.given = begun
	}
	return response, err
}

// late answers after a while, unless the caller has gone by then.
func late(delay time.Duration, answer wire.Fault) wire.Fault {
	return func(send func() (*http.Response, error)) (*http.Response, error) {
		gone := make(chan struct{})
		go func() { defer close(gone); _, _ = send() }()
		select {
		case <-time.After(delay):
			return answer(send)
		case <-gone:
			return nil, context.Canceled
		}
	}
}

// The client is the functions' own here, with its retries: what is counted is what the store sees.
func TestWhateverTheStoreSuffersNobodyIsServedFromAnHoursAgoAndItIsAskedThreeTimesAMinute(t *testing.T) {
	text, _ := document(t)
	served, closed, outages := 0, 0, 0
	for seed := range uint64(25) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			sufferings := []wire.Fault{
				wire.Never, wire.Through, wire.Answer(http.StatusOK, "garbage"), wire.Refuse(http.StatusBadRequest, "ThrottlingException"),
				wire.Refuse(http.StatusInternalServerError, "InternalServiceError"), holds("{}"), late(10*time.Second, holds(text)),
			}
			d := &diary{answer: func() wire.Fault { return holds(text) }}
			c := config(t, &store{}, new(bytes.Buffer))
			c.AWS.HTTPClient, c.AWS.Retryer = d, nil
			source, err := managersecrets.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			outage := time.Duration(r.Int64N(int64(2*time.Hour + 1)))
			begins := time.Now().Add(time.Duration(r.Int64N(int64(10 * time.Minute))))
			ends := begins.Add(outage)
			d.answer = func() wire.Fault {
				switch now := time.Now(); {
				case now.Before(begins) || !now.Before(ends):
					return late(time.Duration(r.IntN(3))*time.Second, holds(text))
				default:
					return sufferings[r.IntN(len(sufferings))]
				}
			}
			outages++
			for time.Now().Before(ends.Add(10 * time.Minute)) {
				time.Sleep(time.Duration(r.Int64N(int64(20 * time.Second))))
				ask := source.Current
				if r.IntN(3) == 0 {
					ask = source.Renewed
				}
				_, err := ask(t.Context())
				switch age := time.Since(d.given); {
				case err == nil && age >= secrets.MaxStale:
					t.Fatalf("seed %d: a set of %v ago is served", seed, age)
				case err != nil && (!errs.Is(err, errs.Unavailable) || age < secrets.MaxStale):
					t.Fatalf("seed %d: with a set of %v ago: got %v", seed, age, err)
				case err == nil:
					served++
				default:
					closed++
				}
			}
			for i := 3; i < len(d.asked); i++ {
				if between := d.asked[i].Sub(d.asked[i-3]); between < time.Minute {
					t.Fatalf("seed %d: four requests to the store within %v", seed, between)
				}
			}
		})
	}
	t.Logf("%d outages: %d requests served, %d closed", outages, served, closed)
	if served == 0 || closed == 0 {
		t.Error("want outages that are bridged and outages that are not")
	}
}
