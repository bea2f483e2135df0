package strictjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/testkit/linear"
	"github.com/customerai/customerai/shared/testkit/race"
)

type person struct {
	Role  string            `json:"role"`
	Age   int8              `json:"age,omitzero"`
	Seen  uint              `json:"seen,omitzero"`
	Score float64           `json:"score,omitzero"`
	Admin bool              `json:"admin,omitzero"`
	Tags  []string          `json:"tags,omitempty"`
	More  map[string]string `json:"more,omitempty"`
	Boss  *person           `json:"boss,omitempty"`
}

// The texts on which parsers differ, or which Go's own encoding/json takes silently.
func TestOneMeaningOnly(t *testing.T) {
	const wholeText = ""
	for _, test := range []struct{ name, text, wantPath, wantMessage string }{
		{"a name twice", `{"role":"agent","role":"admin"}`, "role", "is there twice"},
		{"a name twice, once escaped", `{"role":"agent","\u0072ole":"admin"}`, "role", "is there twice"},
		{"a name in another case", `{"role":"agent","ROLE":"admin"}`, "ROLE", "is there twice, in another case"},
		{"a name with a Kelvin sign", `{"k":"a","\u212a":"b"}`, "?", "is there twice, in another case"},
		{"a name with a long s", `{"tags":[],"tag\u017f":[]}`, "?", "is there twice, in another case"},
		{"a nested name twice", `{"boss":{"tags":["a"],"tags":[]}}`, "boss.tags", "is there twice"},
		{"a map's name twice", `{"more":{"a":"1","a":"2"}}`, "more.a", "is there twice"},
		{"a map's name in another case", `{"more":{"a":"1","A":"2"}}`, "more.A", "is there twice, in another case"},
		{"a wrong case alone", `{"ROLE":"admin"}`, "ROLE", "is not a known field"},
		{"a field's Go name", `{"Role":"admin"}`, "Role", "is not a known field"},
		{"an unknown name", `{"role":"a","isAdmin":true}`, "isAdmin", "is not a known field"},
		{"an unknown nested name", `{"boss":{"pay":1}}`, "boss.pay", "is not a known field"},
		{"an unknown name that is data", `{"jane@example.com":1}`, "?", "is not a known field"},
		{"an unknown name that is a number", `{"x4111111111111111":1}`, "?", "is not a known field"},
		{"an empty name", `{"":1}`, "?", "is not a known field"},
		{"data after the value", `{"role":"a"} {}`, wholeText, "has more data after the value"},
		{"a second value", `1 2`, wholeText, "has more data after the value"},
		{"a NUL after the value", "{}\x00", wholeText, "has more data after the value"},
		{"a byte order mark", "\ufeff{}", wholeText, "is not valid JSON at byte 0"},
		{"nothing", ``, wholeText, "is empty or ends too early"},
		{"white space only", " \n", wholeText, "is empty or ends too early"},
		{"a half object", `{"role":"a"`, wholeText, "is empty or ends too early"},
		{"a half string", `{"role":"a`, wholeText, "is empty or ends too early"},
		{"half a surrogate pair", `{"role":"\ud800"}`, wholeText, "is not valid JSON at byte"},
		{"the other half", `{"role":"\udc00x"}`, wholeText, "is not valid JSON at byte"},
		{"a reversed pair", `{"role":"\udc00\ud800"}`, wholeText, "is not valid JSON at byte"},
		{"half a pair in a name", `{"\ud800":1}`, wholeText, "is not valid JSON at byte"},
		{"invalid UTF-8", "{\"role\":\"\xff\"}", wholeText, "is not valid UTF-8"},
		{"an overlong slash", "{\"role\":\"\xc0\xaf\"}", wholeText, "is not valid UTF-8"},
		{"a surrogate in UTF-8", "{\"role\":\"\xed\xa0\x80\"}", wholeText, "is not valid UTF-8"},
		{"invalid UTF-8 in a name", "{\"\xff\":1}", wholeText, "is not valid UTF-8"},
		{"a comment", `{/**/"role":"a"}`, wholeText, "is not valid JSON at byte 1"},
		{"a trailing comma", `{"tags":["a",]}`, wholeText, "is not valid JSON at byte"},
		{"single quotes", `{'role':'a'}`, wholeText, "is not valid JSON at byte 1"},
		{"a name without quotes", `{role:"a"}`, wholeText, "is not valid JSON at byte 1"},
		{"a raw newline in a string", "{\"role\":\"a\nb\"}", wholeText, "is not valid JSON at byte"},
		{"a hexadecimal number", `{"age":0x1}`, wholeText, "is not valid JSON at byte"},
		{"a leading zero", `{"age":01}`, wholeText, "is not valid JSON at byte"},
		{"a plus sign", `{"age":+1}`, wholeText, "is not valid JSON at byte"},
		{"NaN", `{"score":NaN}`, wholeText, "is not valid JSON at byte"},
		{"Infinity", `{"score":Infinity}`, wholeText, "is not valid JSON at byte"},
		{"a vertical tab for white space", "{\v}", wholeText, "is not valid JSON at byte 1"},
		{"an exponent without digits", `{"score":1e}`, wholeText, "is not valid JSON at byte"},
		{"an upper-case literal", `{"admin":TRUE}`, wholeText, "is not valid JSON at byte"},
		{"an integer over its range", `{"age":128}`, "age", "is out of range"},
		{"an integer under its range", `{"age":-129}`, "age", "is out of range"},
		{"a negative count", `{"seen":-1}`, "seen", "is out of range"},
		{"an integer over 64 bits", `{"seen":18446744073709551616}`, "seen", "is out of range"},
		{"a fraction for an integer", `{"age":1.5}`, "age", "is out of range, or not a whole number"},
		{"an exponent for an integer", `{"age":1e1}`, "age", "is out of range, or not a whole number"},
		{"a float over its range", `{"score":1e400}`, "score", "is out of range"},
		{"a number in a string", `{"age":"1"}`, "age", "must be a number"},
		{"a string in a number's place", `{"score":"x"}`, "score", "must be a number"},
		{"a number in a string's place", `{"role":1}`, "role", "must be a string"},
		{"a string in a boolean's place", `{"admin":"true"}`, "admin", "must be true or false"},
		{"an object in an array's place", `{"tags":{}}`, "tags", "must be an array"},
		{"an array in an object's place", `{"boss":[]}`, "boss", "must be an object"},
		{"an object for an element", `{"tags":[{}]}`, "tags[0]", "must be a string"},
		{"a wrong element", `{"tags":["a",2]}`, "tags[1]", "must be a string"},
		{"an array at the top", `[]`, wholeText, "must be an object"},
		{"33 levels", strings.Repeat("[", 33) + strings.Repeat("]", 33), wholeText, "is nested deeper than 32 levels"},
		{"100,000 levels", strings.Repeat(`{"a":`, 100_000), wholeText, "is nested deeper than 32 levels"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var p person
			err := strictjson.Unmarshal([]byte(test.text), &p)
			problem, ok := errors.AsType[*strictjson.Error](err)
			if !ok {
				t.Fatalf("Unmarshal = %v, want a *strictjson.Error", err)
			}
			if problem.Path != test.wantPath || !strings.HasPrefix(problem.Message, test.wantMessage) {
				t.Errorf("problem = %q %q, want %q %q", problem.Path, problem.Message, test.wantPath, test.wantMessage)
			}
		})
	}
}

func TestWhatIsPlainIsDecoded(t *testing.T) {
	text := ` {"role":"a\ud83d\ude00","age":-128,"score":1e2,"admin":true,"tags":["A","a"],"more":{"x":"1"},"boss":{"role":"b","boss":null}}` + "\n"
	var got person
	if err := strictjson.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	encoded, err := strictjson.Marshal(got)
	want := `{"role":"a😀","age":-128,"score":100,"admin":true,"tags":["A","a"],"more":{"x":"1"},"boss":{"role":"b"}}`
	if err != nil || string(encoded) != want {
		t.Errorf("decoded = %s, %v; want %s", encoded, err, want)
	}
}

func TestThirtyTwoLevelsAreAccepted(t *testing.T) {
	if err := strictjson.Check([]byte(strings.Repeat("[", 32) + strings.Repeat("]", 32))); err != nil {
		t.Errorf("Check = %v, want nil", err)
	}
}

func TestNamesRepeatInOtherObjectsOnly(t *testing.T) {
	if err := strictjson.Check([]byte(`[{"a":{"a":"a","b":1},"b":[{"a":1},{"a":"b"}]},{"a":2}]`)); err != nil {
		t.Errorf("Check = %v, want nil", err)
	}
}

// A huge object must not make every later one expensive: the time grows with the text, not with its square.
func TestManyObjectsAfterAHugeOneStayCheap(t *testing.T) {
	race.Skip(t, "takes its own time")
	linear.Check(t, "a huge object and many small ones", 2_000, func(n int) {
		var text strings.Builder
		text.WriteString(`[{`)
		for i := range n {
			fmt.Fprintf(&text, `"n%d":0,`, i)
		}
		text.WriteString(`"last":0}` + strings.Repeat(`,{"a":0}`, n) + `]`)
		if err := strictjson.Check([]byte(text.String())); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMarshalIsTheSameEveryTime(t *testing.T) {
	value := map[string]any{"b": []string(nil), "a": map[string]int(nil), "c": "<&>"}
	want := `{"a":{},"b":[],"c":"<&>"}`
	for range 20 {
		if got, err := strictjson.Marshal(value); err != nil || string(got) != want {
			t.Fatalf("Marshal = %s, %v; want %s", got, err, want)
		}
	}
	var written strings.Builder
	if err := strictjson.MarshalWrite(&written, value); err != nil || written.String() != want {
		t.Errorf("MarshalWrite = %s, %v; want %s", written.String(), err, want)
	}
	if err := strictjson.MarshalWrite(brokenWriter{}, value); err == nil {
		t.Error("MarshalWrite to a broken writer = nil, want its error")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestErrorsNameThePlaceAndQuoteNothing(t *testing.T) {
	for _, text := range []string{
		`{"role":"a","hunter2@x":"hunter2"}`, `{"role":["hunter2"]}`, `{"age":"hunter2"}`, `{"hunter2 ":1,"hunter2 ":2}`,
		`{"role":hunter2}`, `{"role":"hunter2\x"}`, `{"age":7777777}`,
	} {
		err := strictjson.Unmarshal([]byte(text), &person{})
		if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "7777777") {
			t.Errorf("Unmarshal(%s) = %v, want an error without the value", text, err)
		}
	}
}

func TestPathsReadLikeCode(t *testing.T) {
	for pointer, want := range map[string]string{
		"": "", "/documents/3/text": "documents[3].text", "/a~1b": "?", "/x/0/1": "x[0][1]", "/_a-1": "_a-1",
		"/12345678": "?", "/" + strings.Repeat("a", 64): strings.Repeat("a", 64), "/" + strings.Repeat("a", 65): "?",
	} {
		if got := strictjson.Path(jsontext.Pointer(pointer)); got != want {
			t.Errorf("Path(%q) = %q, want %q", pointer, got, want)
		}
	}
}

// FuzzCheck holds Check to the standard library: what it accepts, encoding/json accepts too, and an accepted text decodes,
// encodes and decodes again to the same.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{`{}`, `[1,"a",null]`, `{"a":{"A":1}}`, `{"a":1,"A":2}`, "\"\\ud83d\\ude00\"", `-0.0e-1`, `[[[[]]]]`, "\ufeff1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if strictjson.Check(data) != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted %q, which encoding/json refuses", data)
		}
		var once, twice any
		if err := strictjson.Decode(data, &once); err != nil {
			return // a number over float64's range
		}
		encoded, err := strictjson.Marshal(once)
		if err != nil {
			t.Fatal(err)
		}
		if err := strictjson.Unmarshal(encoded, &twice); err != nil {
			t.Fatalf("own output %q refused: %v", encoded, err)
		}
		if again, err := strictjson.Marshal(twice); err != nil || !bytes.Equal(again, encoded) {
			t.Fatalf("second round = %q, %v; want %q", again, err, encoded)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	text := []byte(`{"documents":[` + strings.Repeat(`{"id":"m1","text":"My card was charged twice and nobody answers."},`, 999) + `{"id":"m"}]}`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := strictjson.Check(text); err != nil {
			b.Fatal(err)
		}
	}
}
