package runtimeapi_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/runtimeapi"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/testkit/traces"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// What can be wrong with a setting, or with an entry of the secret document.
const (
	absent, empty, blanks, placeholder, short, malformed = "absent", "empty", "blanks", "placeholder", "too short", "malformed"

	canary = "hunter2hunter2" // in every value that is wrong, to be found where it is printed
)

var faults = []string{absent, empty, blanks, placeholder, short, malformed}

// given by Lambda to every function, and required.
var platform = []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}

// An option has a default: see broken.
func isOption(setting string) bool {
	return setting == "LOG_LEVEL" || setting == "CORS_ORIGINS" || isNumber(setting)
}

func isNumber(setting string) bool {
	return strings.HasSuffix(setting, "_LIMIT") || strings.HasSuffix(setting, "_DAYS")
}

// required lists what a function does not start without.
func required(f manifest.Function) []string {
	return append(slices.Clone(platform), slices.DeleteFunc(slices.Clone(f.Env), func(name string) bool { return name == "ENVIRONMENT" || isOption(name) })...)
}

// broken returns a setting's value with a fault, and false where the fault is none:
//   - what Lambda gives nobody can type, because the names are reserved: it is there or not;
//   - an option that is absent, empty or blank has its default, and only a number can be too short, which is too small;
//   - a secret's name may have one letter;
//   - ENVIRONMENT has no fault: what is not a stage counts as production, and has a test of its own.
func broken(setting, fault string) (value string, is bool) {
	reserved, option := slices.Contains(platform, setting), isOption(setting)
	switch fault {
	case absent:
		return runtimeapi.Absent, !option
	case empty:
		return "", !option
	case blanks:
		return " \t ", !option
	case placeholder:
		return "changeme-" + canary, !reserved
	case short:
		return map[bool]string{true: "0", false: "x"}[isNumber(setting)], !reserved && setting != "SECRETS_ID" && (!option || isNumber(setting))
	}
	return "{" + canary + "}", !reserved
}

func TestProductionRefusesEveryFaultOfEverySetting(t *testing.T) {
	h := newFacade(t)
	for _, f := range manifest.Functions {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			stages, cells := []string{"production", "staging", "", "Prod ", "prd", "Development"}, 0
			for _, setting := range append(slices.Clone(platform), f.Env...) {
				for _, fault := range faults {
					value, is := broken(setting, fault)
					if !is || setting == "ENVIRONMENT" {
						continue
					}
					stage := stages[cells%len(stages)]
					cells++
					output := h.refused(t, f.Name, overlay(overlay(h.given(f.Name), setting, value), "ENVIRONMENT", stage), setting)
					for _, other := range f.Env {
						if other != setting && strings.Contains(output, " "+other+" ") {
							t.Errorf("%s that is %s: got %s named too", setting, fault, other)
						}
					}
				}
			}
			if want := len(required(f)) * 3; cells < want {
				t.Errorf("got %d cells, want %d and more", cells, want)
			}
		})
	}
}

func TestWhateverIsNoStageIsProductionAndNamesAllThatIsMissing(t *testing.T) {
	h := newFacade(t)
	for _, f := range manifest.Functions {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for _, stage := range []string{"production", "staging", "", runtimeapi.Absent, "Prod ", "prd", "Development", " development", rand.Text()} {
				settings := map[string]string{"ENVIRONMENT": stage}
				for _, name := range required(f) {
					settings[name] = runtimeapi.Absent
				}
				h.refused(t, f.Name, settings, required(f)...)
			}
		})
	}
}

// entry returns an entry of the secret document with a fault, and false where the fault is none: two entries may be absent,
// and ROTATION, a date, has no length.
func entry(t *testing.T, good secrets.Document, name, fault string) (value []byte, is bool) {
	t.Helper()
	optional := name == secrets.Administrator || name == secrets.Rotation
	switch fault {
	case absent:
		return nil, !optional
	case empty:
		return []byte(`""`), true
	case blanks:
		return []byte(`" \t "`), true
	case placeholder:
		return []byte(`"changeme-` + canary + `"`), true
	case malformed:
		return []byte(`["` + canary + `"]`), true
	}
	switch name {
	case secrets.Rotation:
		return nil, false
	case secrets.Clients:
		return []byte(`[{"id":"cli_x","tenant":"main","scopes":["analyze"],"secretHash":"` + canary + `"}]`), true
	case secrets.Administrator:
		return []byte(`{"id":"usr_x","tenant":"main","username":"administrator","secretHash":"` + canary + `"}`), true
	}
	return half(t, good[name]), true
}

// half makes a keyset's key of 32 bytes one of 16.
func half(t *testing.T, keyset []byte) []byte {
	t.Helper()
	value, key := material(t, keyset)
	const number = "\x1a" // of the field that holds the key, last in every kind
	if len(key) != 32 || !strings.HasSuffix(string(value), number+"\x20"+string(key)) {
		t.Fatal("a keyset is not made as this test knows it")
	}
	shorter := string(value[:len(value)-34]) + number + "\x10" + string(key[:16])
	long, less := base64.StdEncoding.EncodeToString(value), base64.StdEncoding.EncodeToString([]byte(shorter))
	changed := strings.ReplaceAll(string(keyset), long, less)
	if changed == string(keyset) {
		t.Fatal("a keyset is not written as this test knows it")
	}
	return []byte(changed)
}

// material returns what a keyset keeps of its one key, and the key.
func material(t *testing.T, keyset []byte) (value, key []byte) {
	t.Helper()
	value, err := base64.StdEncoding.DecodeString(decode[struct {
		Key []struct{ KeyData struct{ Value string } }
	}](t, string(keyset)).Key[0].KeyData.Value)
	if err != nil || len(value) < 34 {
		t.Fatalf("a keyset is not what this test knows: %v", err)
	}
	return value, value[len(value)-32:]
}

// with serves the house's document with other entries, of which nil is none.
func (h house) with(t *testing.T, entries map[string][]byte) house {
	t.Helper()
	document := maps.Clone(h.document)
	for name, value := range entries {
		if document[name] = value; value == nil {
			delete(document, name)
		}
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	h.settings = overlay(h.settings, "AWS_ENDPOINT_URL_SECRETS_MANAGER", keep(t, string(text)))
	return h
}

// Every function opens the document with the same code, so that each sees every fault in all entries at once, and each fault
// of each entry is seen by one of them.
func TestProductionRefusesEveryFaultOfTheSecretDocument(t *testing.T) {
	h := newFacade(t)
	names := append(secrets.Names(), secrets.Administrator, secrets.Rotation)
	for i, fault := range faults {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			all := map[string][]byte{}
			for j, name := range names {
				value, is := entry(t, h.document, name, fault)
				if !is {
					continue
				}
				all[name] = value
				function := functions()[(i*len(names)+j)%len(manifest.Functions)]
				h.with(t, map[string][]byte{name: value}).refused(t, function, nil, name)
			}
			bad := h.with(t, all)
			for _, function := range functions() {
				bad.refused(t, function, nil, slices.Collect(maps.Keys(all))...)
			}
			bad.refused(t, "batches", overlay(bad.given("batches"), "TABLE_NAME", ""), append(slices.Collect(maps.Keys(all)), "TABLE_NAME")...)
		})
	}
}

// refused wants a start with the settings, nil for the house's, to end before the first poll, in time, with one line that
// names all of want and shows nothing of a secret. It returns what was printed.
func (h house) refused(t *testing.T, function string, settings map[string]string, want ...string) string {
	t.Helper()
	if settings == nil {
		settings = h.given(function)
	}
	p := start(t, function, settings)
	if p.Ready(t.Context()) { // it would wait for an invocation for ever
		p.Stop()
		t.Errorf("%s without %q: got a start, want a refusal", function, want)
		return ""
	}
	exit := p.Exit()
	if lines := strings.Count(exit.Output, "\n"); exit.Code <= 0 || exit.Polls != 0 || lines != 1 {
		t.Errorf("%s without %q: got exit %d, %d polls, %d lines; want a refusal before the first poll", function, want, exit.Code, exit.Polls, lines)
	}
	slow := func() bool { return exit.CPU > time.Second || exit.After > time.Second && exit.After > second(t) }
	for again := 0; again < 5 && slow(); again++ { // a busy machine can spoil some of them but not all
		if p := start(t, function, settings); !p.Ready(t.Context()) {
			exit = p.Exit()
		} else {
			p.Stop()
		}
	}
	if slow() {
		t.Errorf("%s without %q: got an exit after %v, %v of them at work, want less than a second", function, want, exit.After, exit.CPU)
	}
	for _, name := range want {
		if !strings.Contains(exit.Output, " "+name+" ") {
			t.Errorf("%s: got %s, want it to name %s", function, exit.Output, name)
		}
	}
	if found := h.secrets(t).In(exit.Output); found != "" {
		t.Errorf("%s without %q: got a value in its output, %s", function, want, found)
	}
	return exit.Output
}

// second returns how long a second of a quiet machine is on this one now. An empty function, which has taken part in all
// that slows the others, is what it is measured by.
func second(t *testing.T) time.Duration {
	t.Helper()
	const quiet = 10 * time.Millisecond // for an empty function, from its start to its first poll
	p, err := runtimeapi.Start(t.Context(), built(t, emptyFunction), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	if !p.Ready(t.Context()) {
		t.Fatal("an empty function does not start")
	}
	return time.Duration(float64(time.Second) * max(1, float64(p.Init)/float64(quiet)))
}

// secrets returns a scanner for each of the house's secrets, and the canary. Half of a key is enough to be found.
func (h house) secrets(t *testing.T) *traces.Scanner {
	t.Helper()
	values := []string{canary}
	for _, name := range []string{secrets.JWTSecretKey, secrets.EncryptionKey, secrets.PseudonymKey} {
		_, key := material(t, h.document[name])
		values = append(values, string(key[:16]), string(key[16:]))
	}
	for _, client := range decode[[]struct{ SecretHash string }](t, string(h.document[secrets.Clients])) {
		values = append(values, client.SecretHash[strings.LastIndex(client.SecretHash, "$")+1:])
	}
	return traces.Of(values...)
}

func TestAKeyIsFoundInTheKeysetsThatHoldIt(t *testing.T) {
	h := newFacade(t)
	_, key := material(t, h.document[secrets.EncryptionKey])
	quoted, err := json.Marshal(string(h.document[secrets.EncryptionKey]))
	if err != nil {
		t.Fatal(err)
	}
	for name, output := range map[string]string{
		"the key": string(key), "the keyset": string(h.document[secrets.EncryptionKey]), "the keyset in a line": string(quoted), "a value": canary,
	} {
		if h.secrets(t).In(output) == "" {
			t.Errorf("%s: got no trace of it", name)
		}
	}
}

func TestDevelopmentStartsWithAWarningForEachThingThatIsMissing(t *testing.T) {
	for _, f := range manifest.Functions {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			missing := slices.DeleteFunc(append(required(f), secrets.Names()...), func(name string) bool { return name == "SECRETS_ID" }) // its entries are named instead
			for _, value := range []string{runtimeapi.Absent, "", " \t"} {
				settings := map[string]string{"ENVIRONMENT": "development"}
				for _, name := range append(missing, "SECRETS_ID") {
					settings[name] = value
				}
				exit := serving(t, f.Name, settings).Stop()
				for _, name := range missing {
					if got := strings.Count(exit.Output, `"setting":"`+name+`"`); got != 1 {
						t.Errorf("%q: got %d warnings about %s, want one", value, got, name)
					}
				}
				if got, want := strings.Count(exit.Output, `"level":"WARN"`), len(missing); got != want {
					t.Errorf("%q: got %d warnings, want %d: %s", value, got, want, exit.Output)
				}
			}
		})
	}
}
