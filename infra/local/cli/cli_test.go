package cli_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/customerai/customerai/infra/local/cli"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// shell runs commands as a person in a folder would.
type shell struct {
	in       io.Reader
	settings map[string]string
}

// run returns the exit status and what was printed on standard output and standard error.
func (s shell) run(t *testing.T, args ...string) (status int, out, problems string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = s.process(&stdout, &stderr).Run(t.Context(), args)
	return status, stdout.String(), stderr.String()
}

func (s shell) process(out, problems io.Writer) cli.Process {
	in := s.in
	if in == nil {
		in = strings.NewReader("")
	}
	return cli.Process{In: in, Out: out, Err: problems, LookupEnv: func(name string) (string, bool) {
		value, ok := s.settings[name]
		return value, ok
	}}
}

func TestHelpListsEveryCommandAndEachHasAnExample(t *testing.T) {
	status, out, _ := shell{}.run(t, "help")
	if status != 0 {
		t.Errorf("status = %d, want 0", status)
	}
	for _, command := range []string{"serve", "analyze", "calibrate", "token", "principals", "secrets", "version"} {
		if !strings.Contains(out, command) {
			t.Errorf("help lacks %s:\n%s", command, out)
		}
		status, _, usage := shell{}.run(t, command, "-h")
		if status != 0 || !strings.Contains(usage, "example: ") || !strings.Contains(usage, "customerai "+command) {
			t.Errorf("%s -h = %d, %q, want 0 and an example", command, status, usage)
		}
	}
}

func TestAMistakeOnTheCommandLineIsSaidWithStatusTwo(t *testing.T) {
	for name, args := range map[string][]string{
		"no command":                 {},
		"an unknown command":         {"analyse"},
		"an unknown flag":            {"analyze", "-speed", "9"},
		"no file":                    {"analyze"},
		"a file that is not there":   {"analyze", filepath.Join(t.TempDir(), "gone.csv")},
		"a folder":                   {"analyze", t.TempDir()},
		"an argument that serve has": {"serve", "now"},
		"an argument that token has": {"token", "now"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, problems := shell{}.run(t, args...)
			if status != 2 || out != "" || problems == "" {
				t.Errorf("status %d, out %q, problems %q, want 2, nothing and the mistake", status, out, problems)
			}
		})
	}
}

func TestVersionNamesTheProgram(t *testing.T) {
	if status, out, _ := (shell{}).run(t, "version"); status != 0 || !strings.HasPrefix(out, "customerai ") {
		t.Errorf("version = %d, %q", status, out)
	}
}

func TestTokenShowsTheSecretOnlyWhenAsked(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	status, first, warnings := shell{}.run(t, "token", "-data", folder)
	if status != 0 || strings.Count(first, ".") != 2 {
		t.Fatalf("token = %d, %q, want a token: %s", status, first, warnings)
	}
	if got := strings.Count(warnings, "warning: "); got != 4 {
		t.Errorf("%d warnings for fresh keys, want one for each of 4", got)
	}
	status, shown, warnings := shell{}.run(t, "token", "-data", folder, "-show-secret")
	if status != 0 || warnings != "" || !strings.Contains(shown, "client_secret=") {
		t.Fatalf("token -show-secret = %d, %q, %q, want the secret and no warning", status, shown, warnings)
	}
	_, secret, _ := strings.Cut(shown, "client_secret=")
	secret, administrator, _ := strings.Cut(secret, "\n")
	if !strings.Contains(administrator, "username=administrator\npassword=") {
		t.Errorf("token -show-secret shows %q of the administrator", administrator)
	}
	if strings.Contains(first, secret) {
		t.Error("the secret was shown without being asked for")
	}
}

func TestSecretsPrintsADocumentThatIsValidAndKeepsTheClientsSecretOutOfIt(t *testing.T) {
	status, document, shown := shell{}.run(t, "secrets")
	if status != 0 {
		t.Fatalf("status = %d: %s", status, shown)
	}
	set, err := secrets.Parse([]byte(document))
	if err != nil {
		t.Fatalf("the document is not valid: %v", err)
	}
	told, administrator, _ := strings.Cut(shown, "\n")
	_, id, _ := strings.Cut(told, "client_id=")
	id, secret, _ := strings.Cut(id, " client_secret=")
	_, password, _ := strings.Cut(strings.TrimSpace(administrator), " password=")
	if !strings.Contains(administrator, "username=administrator") || set.Administrator == nil || !set.Administrator.Secret.Matches(password) {
		t.Errorf("%q does not sign the administrator in", administrator)
	}
	if _, err := set.Clients.Authenticate(id, secret); err != nil {
		t.Errorf("the client that was shown cannot authenticate: %v", err)
	}
	if strings.Contains(document, secret) || strings.Contains(document, password) {
		t.Error("the document holds a secret in clear text")
	}
}

func TestKeysRotateOnTheLaptopAndNotTwiceAtOnce(t *testing.T) {
	folder := t.TempDir()
	header := func() string {
		t.Helper()
		status, token, problems := shell{}.run(t, "token", "-data", folder)
		if status != 0 {
			t.Fatalf("token = %d, %q", status, problems)
		}
		header, _, _ := strings.Cut(token, ".")
		return header
	}
	before := header()
	status, out, problems := shell{}.run(t, "secrets", "rotate", "-data", folder)
	if status != 0 || !strings.Contains(out, folder) || problems != "" {
		t.Fatalf("rotate = %d, %q, %q, want what has happened", status, out, problems)
	}
	if header() == before {
		t.Error("the key that signs has not changed")
	}
	for name, args := range map[string][]string{
		"again at once": {"secrets", "rotate", "-data", folder}, "no such folder": {"secrets", "rotate", "-data", folder + "/none"},
		"an argument": {"secrets", "rotate", "now"}, "an unknown flag": {"secrets", "rotate", "-speed"}, "another word": {"secrets", "turn"},
	} {
		if status, out, problems := (shell{}).run(t, args...); status != 2 || out != "" || problems == "" {
			t.Errorf("%s: status %d, out %q, problems %q, want 2, nothing and the mistake", name, status, out, problems)
		}
	}
	if status, _, _ := (shell{settings: map[string]string{"ENVIRONMENT": "staging"}}).run(t, "secrets", "rotate", "-data", folder); status != 2 {
		t.Errorf("in staging: status %d, want 2", status)
	}
}

func TestAnythingButDevelopmentIsRefused(t *testing.T) {
	for _, stage := range []string{"production", "staging", "Development", ""} {
		s := shell{settings: map[string]string{"ENVIRONMENT": stage}}
		folder := filepath.Join(t.TempDir(), "data")
		for _, command := range []string{"serve", "token"} {
			status, _, problems := s.run(t, command, "-data", folder)
			if status != 2 || !strings.Contains(problems, "ENVIRONMENT") {
				t.Errorf("%s in stage %q = %d, %q, want 2 and the setting named", command, stage, status, problems)
			}
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("stage %q: something was written", stage)
		}
	}
}

func TestServeSaysWhatItCannotUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "table.db"), bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args     []string
		settings map[string]string
		want     string
	}{
		"a taken port":       {[]string{"-addr", taken.Addr().String()}, nil, "taken"},
		"an address of none": {[]string{"-addr", "nowhere"}, nil, "nowhere"},
		"a file as folder":   {[]string{"-data", file}, nil, file},
		"a damaged database": {[]string{"-data", damaged}, nil, "damaged"},
		"a wildcard origin":  {nil, map[string]string{"CORS_ORIGINS": "https://*.example.com"}, "CORS_ORIGINS"},
		"a level of none":    {nil, map[string]string{"LOG_LEVEL": "loud"}, "LOG_LEVEL"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"serve", "-addr", "127.0.0.1:0", "-data", filepath.Join(t.TempDir(), "data")}, test.args...)
			status, _, problems := shell{settings: test.settings}.run(t, args...)
			if status != 2 || !strings.Contains(problems, test.want) {
				t.Errorf("status %d, %q, want 2 and %q in it", status, problems, test.want)
			}
		})
	}
}

// screen is a standard output that tells when a text has appeared on it.
type screen struct {
	mu      sync.Mutex
	text    strings.Builder
	waiting map[string]chan struct{}
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(b)
	for want, seen := range s.waiting {
		if strings.Contains(s.text.String(), want) {
			close(seen)
			delete(s.waiting, want)
		}
	}
	return len(b), nil
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start serves a folder in the background and returns once want is on the screen. The function that it returns stops it and gives its status.
func start(t *testing.T, want string, args ...string) (*screen, func() int) {
	t.Helper()
	seen := make(chan struct{})
	out := &screen{waiting: map[string]chan struct{}{want: seen}}
	var problems screen // the server's functions log while the command says what it does
	ctx, cancel := context.WithCancel(t.Context())
	status := make(chan int, 1)
	go func() { status <- shell{}.process(out, &problems).Run(ctx, append([]string{"serve"}, args...)) }()
	select {
	case <-seen:
	case got := <-status:
		cancel()
		t.Fatalf("serve ended with %d: %s%s", got, out, problems.String())
	}
	return out, func() int { cancel(); return <-status }
}

func TestServeAnalysesTheSampleAndKeepsItForTheNextStart(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	args := []string{"-addr", "127.0.0.1:0", "-data", folder, "-sample"}

	out, stop := start(t, "Still serving", args...)
	for _, want := range []string{"574 analysed, 7 rejected", "messages/s", "Sentiment", "Topics", "Personal data", "Rejected rows"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the first start does not show %q:\n%s", want, out)
		}
	}
	status, _, problems := shell{}.run(t, "serve", "-addr", "127.0.0.1:0", "-data", folder)
	if status != 2 || !strings.Contains(problems, "another process") {
		t.Errorf("a second process = %d, %q, want 2 and to be told why", status, problems)
	}
	if got := stop(); got != 0 {
		t.Errorf("status after a stop = %d, want 0", got)
	}

	out, stop = start(t, "Still serving", args...)
	if got := out.String(); !strings.Contains(got, "574 analysed") || strings.Contains(got, "messages/s") {
		t.Errorf("the second start shows %q, want the summary that was kept, without a rate", got)
	}
	stop()
	for path, want := range map[string]os.FileMode{folder: 0o700, filepath.Join(folder, "table.db"): 0o600, filepath.Join(folder, "secrets.json"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s = %o, want %o", path, got, want)
		}
	}
}
