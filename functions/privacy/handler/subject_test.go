package handler_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/trust/audit/audittest"
)

func keepBody(list ...string) string {
	return `{"documents":` + text(documents(list...)) + `,"operators":[{"type":"DEFAULT","operator":"pseudonymise"}],` + talk + `}`
}

func restoreBody(list ...string) string {
	return `{"documents":` + text(documents(list...)) + `,"reason":"support_case","reference":"ticket 4711",` + talk + `}`
}

func TestWhatWasKeptCanBeRestoredExportedHeldAndErased(t *testing.T) {
	f := newFixture(t)
	kept := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", keepBody(sentence, "Maria Lopez again")))
	if want := []string{"Call <PERSON_1> on <PHONE_NUMBER_1> or write to <EMAIL_ADDRESS_1>.", "<PERSON_1> again"}; !slices.Equal(kept, want) {
		t.Fatalf("anonymised %q, want %q", kept, want)
	}
	if got := texts(t, f.must(http.MethodPost, "/v1/privacy/restore", restoreBody("Dear <PERSON_1>,", kept[0]))); !slices.Equal(got, []string{"Dear Maria Lopez,", sentence}) {
		t.Errorf("restored %q, want the originals", got)
	}
	hold := f.must(http.MethodPut, "/v1/subjects/customer-17/hold", `{"reason":"litigation","reference":"case 7"}`)
	if want := `{"reason":"litigation","reference":"case 7","since":"2026-11-24T12:00:00Z"}`; hold != want {
		t.Errorf("hold = %s, want %s", hold, want)
	}
	export := f.must(http.MethodGet, "/v1/subjects/customer-17/export", "")
	for _, want := range []string{`"conversationId":"talk 1"`, `"value":"Maria Lopez"`, `"pseudonym":"<PHONE_NUMBER_1>"`, `"reference":"case 7"`, `"keptUntil":"2026-12-25T00:00:00Z"`} {
		if !strings.Contains(export, want) {
			t.Errorf("export %s lacks %s", export, want)
		}
	}
	if status, answer := f.do("main", http.MethodDelete, "/v1/subjects/customer-17", ""); status != http.StatusConflict || !strings.Contains(answer, "legal hold") {
		t.Errorf("erasure under a hold = %d %s, want a conflict that says so", status, answer)
	}
	if answer := f.must(http.MethodDelete, "/v1/subjects/customer-17/hold", ""); answer != "" {
		t.Errorf("release = %q, want no body", answer)
	}
	var receipt struct {
		ID         string
		AuditIndex uint64
		AuditHash  string
	}
	if err := json.Unmarshal([]byte(f.must(http.MethodDelete, "/v1/subjects/customer-17", "")), &receipt); err != nil {
		t.Fatal(err)
	}
	records := audittest.Records(t, f.log, "main")
	last := records[len(records)-1]
	if receipt.AuditIndex != last.Index || receipt.AuditHash != last.Hash || last.Operation != "eraseSubject" {
		t.Errorf("receipt %+v, want it to name the chain's record %d of %s", receipt, last.Index, last.Operation)
	}
	var operations []string
	for _, r := range records {
		operations = append(operations, r.Operation+" "+r.Outcome+r.Reason)
	}
	want := []string{
		"anonymiseTexts allowed", "restoreTexts allowedsupport_case", "holdSubject allowedlitigation", "exportSubject allowed",
		"eraseSubject failed", "releaseSubject allowed", "eraseSubject allowed",
	}
	if !slices.Equal(operations, want) {
		t.Errorf("records of %q, want %q", operations, want)
	}
}

// TestForeignMissingAndErasedAreOneAnswer compares whole answers, headers apart.
func TestForeignMissingAndErasedAreOneAnswer(t *testing.T) {
	f := newFixture(t)
	body := func(subject string) string {
		return strings.ReplaceAll(restoreBody("<PERSON_1>"), "customer-17", subject)
	}
	if status, answer := f.do("other", http.MethodPost, "/v1/privacy/anonymise", strings.ReplaceAll(keepBody(sentence), "customer-17", "foreign")); status != http.StatusOK {
		t.Fatal(answer)
	}
	f.must(http.MethodPost, "/v1/privacy/anonymise", strings.ReplaceAll(keepBody(sentence), "customer-17", "erased"))
	f.must(http.MethodDelete, "/v1/subjects/erased", "")
	neutral := func(answer string) string {
		var fields map[string]any
		if err := json.Unmarshal([]byte(answer), &fields); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"requestId", "id", "auditIndex", "auditHash"} {
			delete(fields, name)
		}
		return text(fields)
	}
	answers := map[string][]string{}
	for _, subject := range []string{"foreign", "missing", "erased"} {
		for _, call := range [][3]string{
			{http.MethodPost, "/v1/privacy/restore", body(subject)},
			{http.MethodGet, "/v1/subjects/" + subject + "/export", ""},
			{http.MethodDelete, "/v1/subjects/" + subject, ""},
			{http.MethodPut, "/v1/subjects/" + subject + "/hold", `{"reason":"audit","reference":"x"}`},
			{http.MethodDelete, "/v1/subjects/" + subject, ""},
		} {
			status, answer := f.do("main", call[0], call[1], call[2])
			answers[call[0]+" "+strings.ReplaceAll(call[1], subject, "*")] = append(answers[call[0]+" "+strings.ReplaceAll(call[1], subject, "*")], http.StatusText(status)+neutral(answer))
		}
		if status, _ := f.do("main", http.MethodDelete, "/v1/subjects/"+subject+"/hold", ""); status != http.StatusNoContent {
			t.Errorf("release of %s = %d, want 204", subject, status)
		}
	}
	for call, list := range answers {
		slices.Sort(list)
		if got := len(slices.Compact(list)); got > 2 || got == 2 && call != "DELETE /v1/subjects/*" { // which was asked before and under the hold
			t.Errorf("%s: %d different answers: %q", call, got, list)
		}
	}
}
