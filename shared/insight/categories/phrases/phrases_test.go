package phrases_test

import (
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/insight/categories/phrases"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestAPhraseIsReadIntoItsWords(t *testing.T) {
	exact := func(s string) phrases.Word { return phrases.Word{Kind: phrases.Exact, Text: s} }
	for name, test := range map[string]struct {
		phrase string
		want   []phrases.Word
	}{
		"words":                         {"Cancel my ACCOUNT", []phrases.Word{exact("cancel"), exact("my"), exact("account")}},
		"marks around words":            {"(cancel), account!", []phrases.Word{exact("cancel"), exact("account")}},
		"a beginning":                   {"cancel*", []phrases.Word{{Kind: phrases.Beginning, Text: "cancel"}}},
		"a list":                        {"clean {rooms}", []phrases.Word{exact("clean"), {Kind: phrases.ListName, Text: "rooms"}}},
		"a number keeps its digits":     {"error 404", []phrases.Word{exact("error"), exact("404")}},
		"nothing":                       {" ", nil},
		"nothing but marks":             {"!?", nil},
		"a star within a word":          {"can*cel", []phrases.Word{{Kind: phrases.Malformed}}},
		"a star by itself":              {"*", []phrases.Word{{Kind: phrases.Malformed}}},
		"a star behind a mark":          {"a !*", []phrases.Word{{Kind: phrases.Malformed}}},
		"a brace without its partner":   {"clean {rooms", []phrases.Word{{Kind: phrases.Malformed}}},
		"one bad word spoils the whole": {"clean ro*ms now", []phrases.Word{{Kind: phrases.Malformed}}},
	} {
		t.Run(name, func(t *testing.T) {
			var doc text.Document
			if got := phrases.Parse(&doc, test.phrase); !slices.Equal(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// What a rule says is found in a text that says the same: both are in one form.
func TestTheWordsOfATextHaveTheFormOfTheWordsOfAPhrase(t *testing.T) {
	for _, said := range []string{"Cancel my ACCOUNT", "I can't e-mail you", "error 404 & Error 500", "Über alles", "THE 3rd room, please!"} {
		var doc text.Document
		var want []string
		for _, word := range phrases.Parse(&doc, said) {
			want = append(want, word.Text)
		}
		doc.Reset(said)
		var got []string
		for i := range doc.Tokens {
			if key := phrases.AppendKey(nil, &doc, i); len(key) > 0 {
				got = append(got, string(key))
			}
		}
		if len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("%q is %q as a text and %q as a phrase", said, got, want)
		}
	}
}
