package envsecrets_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func mustOpen(t *testing.T, folder string) (*envsecrets.Source, []secrets.Problem) {
	t.Helper()
	source, made, err := envsecrets.Open(env.Development, folder)
	if err != nil {
		t.Fatal(err)
	}
	return source, made
}

// token has the source sign something, so that two sources can be compared by what they can do.
func token(t *testing.T, source *envsecrets.Source) string {
	t.Helper()
	set, err := source.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, err := auth.Tokens{MAC: set.Signing}.Mint(auth.Principal{Subject: "s", Tenant: "main", Scopes: []string{"a"}}, "tok_1", now)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func accepts(t *testing.T, source *envsecrets.Source, token string) bool {
	t.Helper()
	set, err := source.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = auth.Tokens{MAC: set.Signing}.Verify(token, now)
	return err == nil
}

func TestTheFirstStartMakesEverySecretAndTheSecondFindsThem(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	first, made := mustOpen(t, folder)
	for i, name := range secrets.Names() {
		if len(made) != len(secrets.Names()) || made[i].Setting != name {
			t.Fatalf("made %v, want one problem for each of %v", made, secrets.Names())
		}
	}
	client, err := first.Client()
	if err != nil {
		t.Fatal(err)
	}
	second, made := mustOpen(t, folder)
	if len(made) != 0 {
		t.Errorf("the second start made %v, want nothing", made)
	}
	if again, err := second.Client(); err != nil || again != client {
		t.Errorf("the second start's client differs, or %v", err)
	}
	if !accepts(t, second, token(t, first)) {
		t.Error("the second start refuses a token of the first")
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]os.FileMode{folder: 0o700, filepath.Join(folder, envsecrets.FileName): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, want the document alone", entries)
	}
}

func TestStartsAtTheSameTimeAgreeOnOneDocument(t *testing.T) {
	folder := t.TempDir()
	sources := make([]*envsecrets.Source, 4)
	var wait sync.WaitGroup
	for i := range sources {
		wait.Go(func() { sources[i], _ = mustOpen(t, folder) })
	}
	wait.Wait()
	for i, source := range sources {
		if !accepts(t, sources[0], token(t, source)) {
			t.Errorf("start %d signs with another key than start 0", i)
		}
		if _, err := source.Client(); err != nil {
			t.Errorf("start %d does not know the client: %v", i, err)
		}
	}
}

func TestOneBadSettingCostsOneWarningAndLeavesTheOthers(t *testing.T) {
	for name, bad := range map[string]any{"absent": nil, "a placeholder": "changeme", "malformed": map[string]any{"key": 1}} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			first, _ := mustOpen(t, folder)
			path := filepath.Join(folder, envsecrets.FileName)
			change(t, path, secrets.PseudonymKey, bad)
			second, made := mustOpen(t, folder)
			if len(made) != 1 || made[0].Setting != secrets.PseudonymKey {
				t.Fatalf("made %v, want %s alone", made, secrets.PseudonymKey)
			}
			if !accepts(t, second, token(t, first)) {
				t.Error("the signing key was replaced, too")
			}
			if _, made := mustOpen(t, folder); len(made) != 0 {
				t.Errorf("the third start made %v, want nothing", made)
			}
		})
	}
}

func TestAnEditedRegisterHasNoKnownClient(t *testing.T) {
	folder := t.TempDir()
	mustOpen(t, folder)
	document, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	change(t, filepath.Join(folder, envsecrets.FileName), secrets.Clients, document[secrets.Clients])
	source, made := mustOpen(t, folder)
	if _, err := source.Client(); !errs.Is(err, errs.NotFound) || len(made) != 0 {
		t.Errorf("Client = %v, made %v, want not_found and nothing made", err, made)
	}
}

func change(t *testing.T, path, setting string, value any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	document[setting] = value
	if data, err = json.Marshal(document); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyDevelopmentMayMakeItsOwnSecrets(t *testing.T) {
	for _, stage := range []env.Stage{env.Production, env.Staging, env.ParseStage("Development"), env.ParseStage("")} {
		folder := t.TempDir()
		if _, _, err := envsecrets.Open(stage, folder); err == nil || !strings.Contains(err.Error(), "Secrets Manager") {
			t.Errorf("Open in %v = %v, want a refusal that says where secrets come from", stage, err)
		}
		if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
			t.Errorf("Open in %v left %v behind, want nothing", stage, entries)
		}
		if _, _, err := envsecrets.New(stage, os.LookupEnv); err == nil {
			t.Errorf("New in %v = nil, want a refusal", stage)
		}
	}
}

func TestAnUnusableFileIsExplainedAndLeftAlone(t *testing.T) {
	for name, test := range map[string]struct {
		content string
		mode    os.FileMode
		want    string
	}{
		"others may read it": {"{}", 0o644, "chmod 600"},
		"the group may read": {"{}", 0o640, "chmod 600"},
		"cut off":            {`{"CLIENTS":[{"id":"c4n4ry`, 0o600, "damaged"},
		"empty":              {"", 0o600, "damaged"},
		"of zeros":           {strings.Repeat("\x00", 100), 0o600, "damaged"},
		"far too long":       {`{"a":"` + strings.Repeat("x", 2<<20) + `"}`, 0o600, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && test.mode != 0o600 {
				t.Skip("Windows has no such modes")
			}
			folder := t.TempDir()
			path := filepath.Join(folder, envsecrets.FileName)
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, test.mode); err != nil {
				t.Fatal(err)
			}
			_, _, err := envsecrets.Open(env.Development, folder)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("Open = %v, want it to name the file and say %q", err, test.want)
			}
			if strings.Contains(err.Error(), "c4n4ry") {
				t.Errorf("Open = %v, want no value in it", err)
			}
			if data, err := os.ReadFile(path); err != nil || string(data) != test.content {
				t.Error("the file was changed")
			}
		})
	}
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, envsecrets.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := envsecrets.Open(env.Development, folder); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("Open of a folder = %v, want it to say so", err)
	}
}

func TestAFolderThatCannotBeMadeIsExplained(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := envsecrets.Open(env.Development, filepath.Join(file, "data")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("Open under a file = %v, want an error that names it", err)
	}
}

func TestTheEnvironmentIsReadAndCompleted(t *testing.T) {
	document, credentials, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for name, value := range document {
		settings[name] = string(value)
	}
	lookup := func(name string) (string, bool) { value, ok := settings[name]; return value, ok }

	source, made, err := envsecrets.New(env.Development, lookup)
	if err != nil || len(made) != 0 {
		t.Fatalf("New of a whole environment made %v, %v, want nothing", made, err)
	}
	set, err := source.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Clients.Authenticate(credentials.ID, credentials.Secret); err != nil {
		t.Errorf("the client of the environment is refused: %v", err)
	}
	if _, err := source.Client(); !errs.Is(err, errs.NotFound) {
		t.Errorf("Client = %v, want not_found: the environment holds hashes only", err)
	}

	delete(settings, secrets.EncryptionKey)
	settings[secrets.JWTSecretKey] = "changeme \xff"
	settings[secrets.Clients] = "   "
	source, made, err = envsecrets.New(env.Development, lookup)
	want := "JWT_SECRET_KEY is a placeholder, ENCRYPTION_KEY is missing, CLIENTS is blank"
	var got []string
	for _, problem := range made {
		got = append(got, problem.String())
	}
	if err != nil || strings.Join(got, ", ") != want {
		t.Fatalf("New made %v, %v, want %s", got, err, want)
	}
	if _, err := source.Client(); err != nil {
		t.Errorf("Client of a register that was made: %v", err)
	}
}

func TestARotatedFileIsUsedByWhoeverHasItOpen(t *testing.T) {
	folder := t.TempDir()
	running, _ := mustOpen(t, folder)
	old := token(t, running)
	if err := envsecrets.Rotate(env.Development, folder, now); err != nil {
		t.Fatal(err)
	}
	fresh, made := mustOpen(t, folder)
	if len(made) > 0 {
		t.Errorf("a rotation leaves something to make: %v", made)
	}
	if !accepts(t, running, token(t, fresh)) || !accepts(t, fresh, token(t, running)) {
		t.Error("the process that runs and the one that starts sign with different keys")
	}
	if !accepts(t, running, old) || !accepts(t, fresh, old) {
		t.Error("a token of before the rotation is refused")
	}
	if set, err := running.Renewed(t.Context()); err != nil || len(set.KeyIDs) != 2 {
		t.Errorf("%d keys verify (%v), want the current and the previous one", len(set.KeyIDs), err)
	}
	before, err := running.Client()
	after, errAfter := fresh.Client()
	if err != nil || errAfter != nil || before != after {
		t.Errorf("the development client has changed (%v, %v)", err, errAfter)
	}
	path := filepath.Join(folder, envsecrets.FileName)
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the rotated file has mode %v (%v), want 0600", info.Mode().Perm(), err)
	}

	if err := envsecrets.Rotate(env.Development, folder, now.Add(time.Minute)); !errs.Is(err, errs.Conflict) {
		t.Errorf("rotated again at once: got %v, want a conflict", err)
	}
	if err := os.WriteFile(path, []byte("half a docu"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !accepts(t, running, token(t, fresh)) {
		t.Error("a file that is half written stops the process that runs")
	}
	for name, err := range map[string]error{
		"a damaged file": envsecrets.Rotate(env.Development, folder, now.Add(time.Hour)),
		"no file":        envsecrets.Rotate(env.Development, t.TempDir(), now),
		"another stage":  envsecrets.Rotate(env.Staging, folder, now),
	} {
		if err == nil {
			t.Errorf("%s is rotated", name)
		}
	}
}
