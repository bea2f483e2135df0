package topics

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

func plainText(s string) string {
	var doc text.Document
	doc.Reset(s)
	return plain(&doc)
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
		distinct[p.topic][plainText(p.text)] = true
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
		if earlier, seen := topicOf[plainText(p.text)]; seen && earlier != p.topic {
			t.Errorf("%q stands in %s and in %s", p.text, topics.Names()[earlier], topics.Names()[p.topic])
		}
		topicOf[plainText(p.text)] = p.topic
	}
}

func TestHeldBackMessagesAreNeverTrainedOn(t *testing.T) {
	heldBack, err := heldBackTexts()
	if err != nil {
		t.Fatal(err)
	}
	b := builder{heldBack: heldBack}
	for _, set := range heldBackSets {
		rows, err := readHeldBack(set.file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			b.add(strings.ToUpper(r.text)+" !", r.labels, 1)
		}
	}
	if got := len(b.examples); got > 0 {
		t.Errorf("got %d examples of held-back messages, want none", got)
	}
	if b.add("where is what nobody held back", labels{}, 1); len(b.examples) != 1 {
		t.Errorf("got %d examples of a message that is not held back, want one", len(b.examples))
	}
}

func TestHeldBackMessagesSpeakOfEveryTopic(t *testing.T) {
	for i, want := range []int{15, 2, 2} {
		rows, err := readHeldBack(heldBackSets[i].file)
		if err != nil {
			t.Fatal(err)
		}
		perTopic := map[int]int{}
		for _, r := range rows {
			perTopic[r.topic]++
		}
		for topic, name := range topics.Names() {
			if got := perTopic[topic]; got < want {
				t.Errorf("%s: got %d of %s, want %d or more", name, got, heldBackSets[i].name, want)
			}
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
		if strings.Count(p.text, "{") != strings.Count(p.text, "}") || strings.Count(p.text, "[") != strings.Count(p.text, "]") {
			t.Errorf("%q: a brace or bracket stands alone", p.text)
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
		"[w|w] {a}":    "w x",
		"[{a}|{a}]":    "x",
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

func TestRegistersRefuseWhatStandsUnderNoHeading(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"a phrase without a heading": {"a phrase\n", "line 1: a phrase before the first heading"},
		"a heading that is no topic": {"== fees\na\n== weather\n", `line 3: "weather" is no topic`},
		"another topic that is none": {"== fees\na | rain\n", `line 2: "rain" is no topic`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseRegister("it", c.file); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestAPhraseWithMoreToChooseComesInMoreVersions(t *testing.T) {
	for text, want := range map[string]int{"a": phraseVersions, "[a|b]": phraseVersions + 6, "[" + strings.Repeat("a|", 50) + "]": 3 * phraseVersions} {
		if got := (&phrase{text: text}).versions(); got != want {
			t.Errorf("%q: got %d versions, want %d", text, got, want)
		}
		if got := (&phrase{text: text, labels: labels{topic: topics.Count - 1}}).versions(); got != 2*want {
			t.Errorf("%q, out of scope: got %d versions, want %d", text, got, 2*want)
		}
	}
}
