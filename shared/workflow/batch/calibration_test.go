package batch

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/batch/stream"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

// set makes a tenant's messages of a label by all means.
func (h *house) set(tenant string, offsets sentiment.Offsets, version int64) {
	h.t.Helper()
	service := calibration.Service{Table: h.table, Audit: audittest.New(h.t, h.table, fixed(0)), Now: fixed(0)}
	if _, err := service.Put(context.Background(), tenant, offsets, version); err != nil {
		h.t.Fatal(err)
	}
}

var (
	allPositive = sentiment.Offsets{Positive: 10, Negative: -10, Neutral: -10, Mixed: -10}
	allNegative = sentiment.Offsets{Positive: -10, Negative: 10, Neutral: -10, Mixed: -10}
)

// labels are those of a batch's rows, in order.
func (h *house) labels(tenant, id string) string {
	h.t.Helper()
	var labels []string
	page, err := h.service().Analysed(context.Background(), tenant, id, 100, "")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, row := range page.Items {
		labels = append(labels, string(row.Sentiment.Label))
	}
	return strings.Join(labels, " ")
}

const eightRows = "text\na\nb\nc\nd\ne\nf\ng\nh\n" // two chunks

// All chunks, whenever they are analysed and however often, are of the settings that held when the file was taken in.
func TestABatchIsOfTheSettingsThatHeldWhenItBegan(t *testing.T) {
	for name, announced := range map[string]bool{"dropped": false, "announced": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			h.set("main", allPositive, 0)
			key := "main/a.csv"
			if announced {
				upload, err := h.service().Create(t.Context(), "main", "a.csv")
				if err != nil {
					t.Fatal(err)
				}
				key = "main/" + upload.BatchID + "/a.csv"
			}
			h.put(key, eightRows)
			if err := h.splitter().Split(t.Context(), key); err != nil {
				t.Fatal(err)
			}
			h.set("main", allNegative, 1)
			if err := h.splitter().Split(t.Context(), key); err != nil { // the notification comes again
				t.Fatal(err)
			}
			if err := h.drain(); err != nil {
				t.Fatal(err)
			}
			got := h.only()
			if labels := h.labels("main", got.BatchID); labels != strings.Repeat("POSITIVE ", 7)+"POSITIVE" || got.SettingsVersion != 1 {
				t.Errorf("version %d: got %s, want 1 and all rows positive", got.SettingsVersion, labels)
			}
		})
	}
}

func TestTheNextBatchIsOfTheNewSettings(t *testing.T) {
	h := newHouse(t, nil)
	h.set("main", allPositive, 0)
	h.set("main", allNegative, 1)
	h.put("main/a.csv", eightRows)
	h.mustProcess("main/a.csv")
	got := h.only()
	if labels := h.labels("main", got.BatchID); strings.Contains(labels, "POSITIVE") || got.SettingsVersion != 2 {
		t.Errorf("version %d: got %s, want 2 and no row positive", got.SettingsVersion, labels)
	}
}

func TestAnotherTenantsSettingsChangeNothing(t *testing.T) {
	h := newHouse(t, nil)
	h.set("other", allPositive, 0)
	h.put("main/a.csv", eightRows)
	h.mustProcess("main/a.csv")
	got := h.only()
	if labels := h.labels("main", got.BatchID); strings.Contains(labels, "POSITIVE") || got.SettingsVersion != 0 {
		t.Errorf("version %d: got %s, want none and no row positive", got.SettingsVersion, labels)
	}
}

// A file that is analysed at hand with the same offsets has the same rows, to the byte.
func TestAFileAtHandIsAnalysedAlike(t *testing.T) {
	h := newHouse(t, nil)
	offsets := sentiment.Offsets{Positive: 0.5, Neutral: -1.25, Mixed: 0.75}
	h.set("main", offsets, 0)
	h.put("main/a.csv", sample())
	h.mustProcess("main/a.csv")
	var results bytes.Buffer
	if _, err := stream.Analyze(t.Context(), strings.NewReader(sample()), stream.Options{Name: "a.csv", Calibration: offsets}, &results, io.Discard); err != nil {
		t.Fatal(err)
	}
	page, err := h.service().Analysed(t.Context(), "main", h.only().BatchID, 100, "")
	if err != nil {
		t.Fatal(err)
	}
	var stored []byte
	for _, row := range page.Items {
		stored = append(row.AppendJSON(stored), '\n')
	}
	if results.Len() == 0 || results.String() != string(stored) {
		t.Errorf("got rows\n%swant\n%s", stored, results.String())
	}
}
