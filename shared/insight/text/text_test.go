package text_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/testkit/linear"
	"github.com/customerai/customerai/shared/testkit/race"
)

var kindNames = map[text.Kind]string{
	text.Other: "other", text.Word: "word", text.Number: "number", text.Punct: "punct", text.Emoji: "emoji",
	text.Emoticon: "emoticon", text.URL: "url", text.Handle: "handle", text.Email: "email",
}

// render writes tokens as "kind:norm", with ^ for Upper, ~ for Elongated and | for Break.
func render(s string) string {
	var d text.Document
	d.Reset(s)
	parts := make([]string, len(d.Tokens))
	for i, t := range d.Tokens {
		flags := ""
		if t.Break {
			flags += "|"
		}
		if t.Upper {
			flags += "^"
		}
		if t.Elongated {
			flags += "~"
		}
		parts[i] = flags + kindNames[t.Kind] + ":" + string(d.Norm(i))
	}
	return strings.Join(parts, " ")
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"white space only", " \t\n\u00a0\u200b\u200f", ""},
		{"words and marks", "Hello, world.", "word:hello punct:, word:world punct:."},
		{"apostrophes of every make", "don't don’t don&#39;t don&rsquo;t", "word:don't word:don't word:don't word:don't"},
		{"an apostrophe at the edge is a mark", "'tis the lads'", "punct:' word:tis word:the word:lads punct:'"},
		{"hyphens inside a word", "well-known re-order", "word:well-known word:re-order"},
		{"dashes between words", "good--but slow", "word:good ~punct:-- word:but word:slow"},
		{"capitals", "THIS is I A1", "^word:this word:is word:i word:a1"},
		{"elongation", "sooooo GOOOD!!! hmmm...", "~word:soo ^~word:good ~punct:!! ~word:hmm ~punct:.."},
		{"numbers", "1,299.00 10:30 24/11/2025 50%", "number:0 number:0 number:0 number:0 punct:%"},
		{"a number at the end of a sentence", "in 2025. Next", "word:in number:0 punct:. word:next"},
		{"digits in words", "1st gr8 AB12345 covid-19", "word:1st word:gr8 ^word:ab0 word:covid-0"},
		{"a unit after a decimal number", "2.5kg", "number:0 word:kg"},
		{
			"addresses", "see https://x.co/a?b=1, www.shop.com or mail Jo.Doe+x@mail.example.org. @acme_help",
			"word:see url:url punct:, url:url word:or word:mail email:email punct:. handle:@user",
		},
		{"a bare domain", "amazon.com/orders is down.But", "url:url word:is word:down punct:. word:but"},
		{"not an address", "a@ @ b@c x@y.z", "word:a punct:@ punct:@ word:b handle:@user word:x handle:@user punct:. word:z"},
		{
			"entities", "R&amp;D &quot;ok&quot; &lt;3 a&nbsp;b &#128545; &bogus;",
			`word:r punct:& word:d punct:" word:ok punct:" punct:< number:0 word:a word:b emoji:😡 punct:& word:bogus punct:;`,
		},
		{"emoticons", ":-) :)))) :'( >:( <3 </3 =D ;P :/", "emoticon::-) ~emoticon::) emoticon::'( emoticon:>:( emoticon:<3 emoticon:</3 emoticon:=D emoticon:;P emoticon::/"},
		{"not emoticons", "id:Please 10:30 a:b http: x=y", "word:id punct:: word:please number:0 word:a punct:: word:b word:http punct:: word:x punct:= word:y"},
		{"one emoji each", "😀👍🏽👩‍👩‍👧‍👦❤️🇬🇧1️⃣🤷🏿‍♀️", "emoji:😀 emoji:👍 emoji:👩\u200d👩\u200d👧\u200d👦 emoji:❤ emoji:🇬🇧 emoji:1⃣ emoji:🤷"},
		{"a sign asked to be an emoji", "©️ ©", "emoji:© punct:©"},
		{"combining marks stay in the word", "cafe\u0301 नमस्ते", "word:cafe\u0301 word:नमस्ते"},
		{"ideographs stand alone", "今日はgood", "word:今 word:日 word:は word:good"},
		{"right to left", "שלום עולם", "word:שלום word:עולם"},
		{"invisible characters inside words", "re\u00adfund a\u200bb", "word:refund word:ab"},
		{"line breaks", "one\ntwo", "word:one |word:two"},
		{"invalid bytes", "a\xff\xfeb", "word:a other:\uFFFD word:b"},
		{"accents in capitals", "ÉTÉ ÜBER", "^word:été ^word:über"},
		{"other numerals", "٣٤ bags", "number:0 word:bags"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(c.text); got != c.want {
				t.Errorf("tokens of %q\n got %s\nwant %s", c.text, got, c.want)
			}
		})
	}
}

func TestRawIsTheTextOfTheToken(t *testing.T) {
	var d text.Document
	d.Reset("Soooo 👍🏽 don&#39;t")
	var got []string
	for i := range d.Tokens {
		got = append(got, d.Raw(i))
	}
	if want := []string{"Soooo", "👍🏽", "don&#39;t"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// pieces are what goes wrong in tokenisers, to be joined at random.
var pieces = []string{
	"a", "Z", "é", "e\u0301", "ß", "0", "12", ".", ",", "!", "?", "'", "’", "-", "_", "@", "#", "&", "&amp;", "&#39;", "&#x1F600;", ";", ":", ")", "(",
	"<", ">", "/", "http://", "www.", ".com", " ", "\n", "\t", "😀", "👍🏽", "\u200d", "\ufe0f", "\u20e3", "🇬", "🇧", "♀", "今", "カ", "ש", "ع", "\u0300", "\u202e",
	"\xff", "\xf0\x9f", "\u00ad", "\u200b", "\x00", "😡😡", "^_^", "don't", "x@y.io",
}

func randomText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40), func(p []string) string { return strings.Join(p, "") }),
		rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) }),
	)
}

func capitals(s string) (n int) {
	for _, c := range []byte(s) {
		if 'A' <= c && c <= 'Z' {
			n++
		}
	}
	return min(n, 255)
}

func checkDocument(t interface{ Fatalf(string, ...any) }, d *text.Document) {
	end, valid := int32(0), utf8.ValidString(d.Text)
	for i, token := range d.Tokens {
		if token.Begin < end || token.End <= token.Begin || int(token.End) > len(d.Text) {
			t.Fatalf("token %d of %q is [%d, %d) after %d", i, d.Text, token.Begin, token.End, end)
		}
		if got, want := d.Hash(i), text.Hash(d.Norm(i)); got != want || d.FNV(i) != text.FNV(d.Norm(i)) {
			t.Fatalf("token %d of %q: got hash %x, want %x", i, d.Text, got, want)
		}
		if lower := strings.ToLower(d.Raw(i)); token.Plain && (lower != string(d.Norm(i)) || capitals(d.Raw(i)) != int(token.Capitals)) {
			t.Fatalf("token %d of %q is not plain or has not %d capitals", i, d.Text, token.Capitals)
		}
		if len(d.Norm(i)) == 0 {
			t.Fatalf("token %d of %q has no normal form", i, d.Text)
		}
		if valid && !utf8.ValidString(d.Raw(i)) {
			t.Fatalf("token %d of %q cuts a character", i, d.Text)
		}
		end = token.End
	}
}

func TestTokensAreOrderedAndCutNoCharacter(t *testing.T) {
	var d text.Document
	rapid.Check(t, func(t *rapid.T) {
		d.Reset(randomText().Draw(t, "text"))
		checkDocument(t, &d)
	})
}

func TestReusedDocumentEqualsFreshOne(t *testing.T) {
	var reused text.Document
	rapid.Check(t, func(t *rapid.T) {
		s := randomText().Draw(t, "text")
		var fresh text.Document
		fresh.Reset(s)
		reused.Reset(s)
		if got, want := fmt.Sprint(reused.Tokens), fmt.Sprint(fresh.Tokens); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

// slice cuts s as a client would that counts in unit.
func slice(s string, unit text.Unit, begin, end int) string {
	switch unit {
	case text.CodePoints:
		return string([]rune(s)[begin:end])
	case text.UTF16:
		return string(utf16.Decode(utf16.Encode([]rune(s))[begin:end]))
	}
	return s[begin:end]
}

func TestOffsetsCutTheSameTextInEveryUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomText().Filter(utf8.ValidString).Draw(t, "text")
		var d text.Document
		d.Reset(s)
		for _, unit := range []text.Unit{text.CodePoints, text.Bytes, text.UTF16} {
			var offsets []int
			for _, token := range d.Tokens {
				offsets = append(offsets, int(token.Begin), int(token.End))
			}
			text.Offsets(s, unit, offsets)
			for i := range d.Tokens {
				if got := slice(s, unit, offsets[2*i], offsets[2*i+1]); got != d.Raw(i) {
					t.Fatalf("token %d in %s: got %q, want %q", i, unit, got, d.Raw(i))
				}
			}
		}
	})
}

func TestOffsetsInAnyOrder(t *testing.T) {
	const s = "a😀é\xffz"
	for _, c := range []struct {
		unit text.Unit
		want []int
	}{
		{text.CodePoints, []int{5, 0, 2, 1, 1, 3, 4, 0}},
		{text.UTF16, []int{6, 0, 3, 1, 1, 4, 5, 0}},
		{text.Bytes, []int{9, 0, 5, 1, 3, 7, 8, 0}},
	} {
		got := []int{99, 0, 5, 1, 3, 7, 8, -4}
		text.Offsets(s, c.unit, got)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", c.unit, got, c.want)
		}
	}
}

// Each unit is the worst case of some look-ahead.
func TestTimeIsLinear(t *testing.T) {
	race.Skip(t, "takes its own time")
	var d text.Document
	for _, unit := range []string{
		"a", "A", "0", "0.", "1a", "a.", "a-", "a'", "!", "!?", "(", "[", "@", "a@", "a@b.", "a@b-", "@a", "http://", "http://.", "www.", "x.com/", "&", "&#", "&amp", "&#39;",
		":", ":)", ":-", "<", "👩\u200d", "👍🏽", "🇬", "\u200d", "\u0300", "e\u0301", "\xff", "\u00ad", "a\u00ad", "今", " ", "\n", "^", ">:", "_", "a_",
	} {
		linear.Check(t, strconv.Quote(unit), 8<<10, func(n int) { d.Reset(strings.Repeat(unit, n/len(unit))) })
		checkDocument(t, &d)
	}
}

func TestResetDoesNotAllocate(t *testing.T) {
	var d text.Document
	d.Reset(message)
	if got := testing.AllocsPerRun(100, func() { d.Reset(message); text.Language(&d) }); got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
}

const message = "I've been on hold for 45 minutes & nobody answers… order #AB12345 NEVER arrived 😡 please refund me, thanks a lot! me@example.com"

func BenchmarkReset(b *testing.B) {
	var d text.Document
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		d.Reset(message)
	}
}

func BenchmarkLanguage(b *testing.B) {
	var d text.Document
	d.Reset(message)
	b.ReportAllocs()
	for b.Loop() {
		text.Language(&d)
	}
}

func FuzzReset(f *testing.F) {
	for _, piece := range pieces {
		f.Add(piece)
	}
	f.Add(message)
	f.Fuzz(func(t *testing.T, s string) {
		var d text.Document
		d.Reset(s)
		checkDocument(t, &d)
		text.Language(&d)
		offsets := []int{0, len(s) / 2, len(s)}
		text.Offsets(s, text.UTF16, offsets)
		if want := len(utf16.Encode([]rune(s))); offsets[2] != want {
			t.Errorf("length in UTF-16: got %d, want %d", offsets[2], want)
		}
	})
}
