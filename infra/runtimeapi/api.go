package runtimeapi

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// invocation is one event on its way.
type invocation struct {
	id     string
	event  []byte
	within time.Duration
	end    time.Time // once it is under way
	answer chan Answer
}

// api is the Runtime API, version 2018-06-01, of one process.
type api struct {
	waiting chan *invocation
	polled  chan time.Time // holds the time of the first poll

	mu       sync.Mutex
	polls    int
	made     int
	underway map[string]*invocation
}

func newAPI() *api {
	return &api{waiting: make(chan *invocation, 100), polled: make(chan time.Time, 1), underway: map[string]*invocation{}}
}

func (a *api) handler() http.Handler {
	const base = "/2018-06-01/runtime"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"/invocation/next", a.next)
	mux.HandleFunc("POST "+base+"/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { a.take(w, r, false) })
	mux.HandleFunc("POST "+base+"/invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { a.take(w, r, true) })
	return mux
}

func (a *api) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.polls
}

func (a *api) enqueue(event []byte, within time.Duration) *invocation {
	a.mu.Lock()
	a.made++
	i := &invocation{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", a.made), event: event, within: within, answer: make(chan Answer, 1)}
	a.mu.Unlock()
	a.waiting <- i
	return i
}

// next answers when there is an event, and never while there is none.
func (a *api) next(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	if a.polls++; a.polls == 1 {
		a.polled <- time.Now()
	}
	a.mu.Unlock()
	select {
	case i := <-a.waiting:
		a.mu.Lock()
		i.end = time.Now().Add(i.within)
		a.underway[i.id] = i
		a.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.end.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:function")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
		_, _ = w.Write(i.event) // a function that went away is seen by its exit
	case <-r.Context().Done():
	}
}

// take hands an answer to whoever waits for it. Any status but 202 makes a function end.
func (a *api) take(w http.ResponseWriter, r *http.Request, failed bool) {
	body, err := io.ReadAll(r.Body)
	now := time.Now()
	a.mu.Lock()
	i := a.underway[r.PathValue("id")]
	delete(a.underway, r.PathValue("id"))
	a.mu.Unlock()
	if err != nil || i == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`) // as above
	i.answer <- Answer{Body: body, Failed: failed, Left: i.end.Sub(now)}
}
