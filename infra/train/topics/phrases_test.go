package topics

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// plain is a text as the engine reads it, so that texts which differ in case or punctuation count as the same.
func plain(s string) string {
	var doc text.Document
	doc.Reset(s)
	var words []string
	for i := range doc.Tokens {
		if doc.Tokens[i].Kind != text.Punct {
			words = append(words, strings.ReplaceAll(string(doc.Norm(i)), "'", ""))
		}
	}
	if len(words) == 0 {
		return s
	}
	return strings.Join(words, " ")
}

func mustPhrases(t *testing.T) []phrase {
	t.Helper()
	phrases, err := readPhrases()
	if err != nil {
		t.Fatal(err)
	}
	return phrases
}

func TestEveryTopicHasManyDistinctPhrases(t *testing.T) {
	distinct := map[int]map[string]bool{}
	for _, p := range mustPhrases(t) {
		if distinct[p.topic] == nil {
			distinct[p.topic] = map[string]bool{}
		}
		distinct[p.topic][plain(p.text)] = true
	}
	for topic, name := range topics.Names() {
		if got := len(distinct[topic]); got < 150 {
			t.Errorf("%s: got %d distinct phrases, want 150 or more", name, got)
		}
	}
}

func TestNoPhraseTeachesTwoTopicsThatDisagree(t *testing.T) {
	topicOf := map[string]int{}
	for _, p := range mustPhrases(t) {
		if earlier, seen := topicOf[plain(p.text)]; seen && earlier != p.topic {
			t.Errorf("%q stands in %s and in %s", p.text, topics.Names()[earlier], topics.Names()[p.topic])
		}
		topicOf[plain(p.text)] = p.topic
	}
}

func TestHeldBackMessagesAreNeverTrainedOn(t *testing.T) {
	trained := map[string]bool{}
	for _, p := range mustPhrases(t) {
		trained[plain(p.text)] = true
	}
	rows, err := readHeldBack()
	if err != nil {
		t.Fatal(err)
	}
	perTopic := map[int]int{}
	for _, r := range rows {
		perTopic[r.topic]++
		if trained[plain(r.text)] {
			t.Errorf("%q is held back and stands in the phrases", r.text)
		}
	}
	for topic, name := range topics.Names() {
		if got, want := perTopic[topic], 15; got != want {
			t.Errorf("%s: got %d held-back messages, want %d", name, got, want)
		}
	}
}

func TestEverySlotHasFillers(t *testing.T) {
	fillers, err := readSlots()
	if err != nil {
		t.Fatal(err)
	}
	slot := regexp.MustCompile(`\{([^}]*)\}`)
	for _, p := range mustPhrases(t) {
		for _, m := range slot.FindAllStringSubmatch(p.text, -1) {
			if len(fillers[m[1]]) < 4 {
				t.Errorf("%q: slot %s has %d fillers, want 4 or more", p.text, m[1], len(fillers[m[1]]))
			}
		}
		if strings.Count(p.text, "{") != strings.Count(p.text, "}") {
			t.Errorf("%q: a brace stands alone", p.text)
		}
	}
}

func TestFillReplacesSlotsAndNothingElse(t *testing.T) {
	s := slots{"a": {"x"}, "b": {"y"}}
	for in, want := range map[string]string{
		"no slot":      "no slot",
		"{a} and {b}":  "x and y",
		"{a}{a}":       "xx",
		"an {unknown}": "an {unknown}",
		"":             "",
	} {
		if got := s.fill(in, rand.New(rand.NewPCG(1, 1))); got != want {
			t.Errorf("fill %q: got %q, want %q", in, got, want)
		}
	}
}

func TestPhrasesNameTheirOtherTopics(t *testing.T) {
	for _, p := range mustPhrases(t) {
		if p.text == "third time i'm calling about my refund" {
			complaint, _ := topicIndex("complaint")
			if p.yes>>complaint&1 != 1 || p.yes>>p.topic&1 != 1 || p.topic == complaint {
				t.Errorf("got topic %d and set %b, want refund_return with complaint", p.topic, p.yes)
			}
			return
		}
	}
	t.Error("the phrase is gone: choose another")
}
