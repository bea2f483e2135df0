package sample_test

import (
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/sample"
)

// rows reads the file with no opinion on its rows beyond CSV itself: field counts and contents are the caller's business.
func rows(t *testing.T) (header []string, records [][]string) {
	t.Helper()
	r := csv.NewReader(sample.Messages())
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		t.Fatalf("read the header: %v", err)
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return header, records
		}
		if err != nil {
			t.Fatalf("read a row: %v", err)
		}
		records = append(records, record)
	}
}

// wholesome returns the values of one column over the rows that have all their fields.
func wholesome(t *testing.T, column string) []string {
	t.Helper()
	header, records := rows(t)
	at := slices.Index(header, column)
	if at < 0 {
		t.Fatalf("no column %s in %v", column, header)
	}
	var values []string
	for _, record := range records {
		if len(record) == len(header) {
			values = append(values, record[at])
		}
	}
	return values
}

func distinct(values []string) map[string]int {
	counts := map[string]int{}
	for _, value := range values {
		counts[value]++
	}
	return counts
}

func TestTheColumnsAreTheDocumentedOnesAndOneUnknown(t *testing.T) {
	header, _ := rows(t)
	got := strings.Join(header, ",")
	if want := "id,conversation_id,customer_id,participant,timestamp,channel,segment,language,text,brand"; got != want {
		t.Errorf("header = %s, want %s", got, want)
	}
}

func TestThereAreEnoughMessagesAndNoneIsATemplate(t *testing.T) {
	_, records := rows(t)
	if got, want := len(records), 540; got < want {
		t.Errorf("%d rows, want at least %d", got, want)
	}
	texts := wholesome(t, "text")
	if got, want := len(distinct(texts)), len(texts); got != want {
		t.Errorf("%d distinct texts in %d rows, want every text to be its own", got, want)
	}
	// Filled-in templates share their beginnings; people do not.
	openings := map[string]int{}
	for _, text := range texts {
		if words := strings.Fields(strings.ToLower(text)); len(words) >= 6 {
			openings[strings.Join(words[:4], " ")]++
		}
	}
	for opening, n := range openings {
		if n > 3 {
			t.Errorf("%d messages begin with %q, want at most 3", n, opening)
		}
	}
}

func TestIDsAreUnique(t *testing.T) {
	_, records := rows(t)
	seen := map[string]bool{}
	for i, record := range records {
		if seen[record[0]] {
			t.Errorf("row %d repeats the id %s", i+1, record[0])
		}
		seen[record[0]] = true
	}
}

func TestEveryChannelSegmentAndBrandIsWellRepresented(t *testing.T) {
	for column, want := range map[string][]string{
		"channel": {"app_review", "chat", "email", "phone", "social"},
		"segment": {"business", "consumer", "premium", "student"},
		"brand":   {"bank", "mobile", "shop", "software", "travel"},
	} {
		counts := distinct(wholesome(t, column))
		if got := slices.Sorted(maps.Keys(counts)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", column, got, want)
		}
		for value, n := range counts {
			if n < 25 {
				t.Errorf("%s %s has %d rows, want at least 25", column, value, n)
			}
		}
	}
}

func TestTheMessagesSpanTenWeeks(t *testing.T) {
	weeks := map[string]int{}
	for _, value := range wholesome(t, "timestamp") {
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			year, week := at.ISOWeek()
			weeks[strconv.Itoa(year)+"-W"+strconv.Itoa(week)]++
		}
	}
	if got, want := len(weeks), 10; got != want {
		t.Errorf("%d ISO weeks, want %d: %v", got, want, weeks)
	}
	for week, n := range weeks {
		if n < 25 {
			t.Errorf("week %s has %d messages, want at least 25", week, n)
		}
	}
}

func TestConversationsHaveBothSidesInOrder(t *testing.T) {
	ids, participants, times := wholesome(t, "conversation_id"), wholesome(t, "participant"), wholesome(t, "timestamp")
	sides, last := map[string]map[string]bool{}, map[string]string{}
	for i, id := range ids {
		if id == "" {
			continue
		}
		if sides[id] == nil {
			sides[id] = map[string]bool{}
		}
		sides[id][participants[i]] = true
		if times[i] <= last[id] {
			t.Errorf("conversation %s goes back in time at %s", id, times[i])
		}
		last[id] = times[i]
	}
	if got, want := len(sides), 25; got < want {
		t.Errorf("%d conversations, want at least %d", got, want)
	}
	for id, side := range sides {
		if !side["CUSTOMER"] || !side["AGENT"] {
			t.Errorf("conversation %s has only %v", id, side)
		}
	}
}

func TestTheAwkwardRowsAreThere(t *testing.T) {
	all := sample.Messages()
	raw, err := io.ReadAll(all)
	if err != nil {
		t.Fatalf("read the sample: %v", err)
	}
	texts := wholesome(t, "text")
	for name, present := range map[string]bool{
		"a quoted newline":         slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, "\n") }),
		"an embedded quote":        slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, `"`) }),
		"an emoji":                 slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, "🎉") }),
		"right-to-left text":       slices.ContainsFunc(texts, regexp.MustCompile(`\p{Hebrew}`).MatchString),
		"a very long message":      slices.ContainsFunc(texts, func(s string) bool { return len(s) > 2500 }),
		"an empty text":            slices.Contains(texts, ""),
		"an unknown speaker":       slices.Contains(wholesome(t, "participant"), "BOT"),
		"bytes that are not UTF-8": strings.ToValidUTF8(string(raw), "") != string(raw),
	} {
		if !present {
			t.Errorf("the sample lacks %s", name)
		}
	}
}

// Every e-mail address and phone number must belong to nobody: RFC 2606 domains, and the numbers that the North American
// (555-01xx) and British (020 7946 0xxx) plans keep for fiction.
func TestNobodyRealCanBeReached(t *testing.T) {
	domain := regexp.MustCompile(`[\w.+-]+@([\w-]+\.[\w.-]*\w)`)
	phone := regexp.MustCompile(`\(?\b\d{3}\)?[ -]\d{3}[ -]\d{4}\b`)
	fiction := regexp.MustCompile(`^\(?\d{3}\)?[ -]555[ -]01\d\d$`)
	for _, text := range wholesome(t, "text") {
		for _, match := range domain.FindAllStringSubmatch(text, -1) {
			if !regexp.MustCompile(`(^|\.|-)example\.(com|org|net)$`).MatchString(match[1]) {
				t.Errorf("e-mail domain %s is not reserved for examples", match[1])
			}
		}
		for _, number := range phone.FindAllString(text, -1) {
			if !fiction.MatchString(number) {
				t.Errorf("phone number %s is not reserved for fiction", number)
			}
		}
	}
}

func TestCardNumbersPassTheirChecksum(t *testing.T) {
	found := 0
	for _, text := range wholesome(t, "text") {
		for _, number := range regexp.MustCompile(`\b\d{4} \d{4} \d{4} \d{4}\b|\b\d{4} \d{6} \d{5}\b`).FindAllString(text, -1) {
			found++
			if !luhn(strings.ReplaceAll(number, " ", "")) {
				t.Errorf("card number %s does not pass Luhn", number)
			}
		}
	}
	if found < 5 {
		t.Errorf("%d card numbers, want at least 5", found)
	}
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
