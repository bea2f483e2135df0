package cli_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/env"
)

// shopMessages are labelled by a shop to which what sounds like praise is plain: most of its messages are neutral.
func shopMessages(t *testing.T) string {
	t.Helper()
	var rows strings.Builder
	rows.WriteString("id,label,text\n")
	for i := range 40 {
		rows.WriteString(strconv.Itoa(i) + ",neutral,\"good morning, where is order " + strconv.Itoa(i) + "? thanks\"\n")
		rows.WriteString(strconv.Itoa(i) + ",NEUTRAL,thanks for the form\n")
		if i%4 == 0 {
			rows.WriteString(strconv.Itoa(i) + ",negative,terrible service and a rude driver\n")
			rows.WriteString(strconv.Itoa(i) + ",positive,\"wonderful, I love it, the best shop\"\n")
		}
	}
	path := filepath.Join(t.TempDir(), "labelled.csv")
	if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCalibrateShowsBeforeAndAfterAndWritesTheOffsets(t *testing.T) {
	out := filepath.Join(t.TempDir(), "offsets.json")
	status, said, problems := shell{}.run(t, "calibrate", "-out", out, shopMessages(t))
	if status != 0 {
		t.Fatalf("status = %d, %s, want 0", status, problems)
	}
	for _, name := range []string{"accuracy", "macro-F1", "ECE"} {
		figures := regexp.MustCompile(name + `\s+(\d\.\d+)\s+(\d\.\d+)`).FindStringSubmatch(said)
		if figures == nil {
			t.Fatalf("the report lacks %s:\n%s", name, said)
		}
		if name == "accuracy" && figures[2] < figures[1] {
			t.Errorf("accuracy falls from %s to %s", figures[1], figures[2])
		}
	}
	written, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, strings.TrimSpace(string(written))) || !strings.Contains(string(written), `"neutral":`) {
		t.Errorf("wrote %s, said:\n%s", written, said)
	}
	if strings.Contains(said, "driver") {
		t.Error("the report holds a message")
	}
}

func TestCalibrateSaysWhenItIsOfNoUse(t *testing.T) {
	rows := "text,label\n" + strings.Repeat("terrible service,NEGATIVE\nI love it,POSITIVE\nmy order number is 12345,NEUTRAL\n", 25)
	path := filepath.Join(t.TempDir(), "labelled.csv")
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said, problems := shell{}.run(t, "calibrate", path)
	if status != 0 || !strings.Contains(said, "better read without offsets") {
		t.Errorf("status = %d, said %q, %q, want 0 and that offsets are of no use", status, said, problems)
	}
}

func TestCalibrateAppliesTheOffsetsToAFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	for version, file := range []string{shopMessages(t), shopMessages(t)} {
		status, said, problems := shell{}.run(t, "calibrate", "-apply", "-data", folder, file)
		if want := fmt.Sprintf("Applied as version %d", version+1); status != 0 || !strings.Contains(said, want) {
			t.Errorf("status = %d, said %q, %q, want 0 and %q", status, said, problems, want)
		}
	}
	b, err := bundle.Open(t.Context(), bundle.Config{Folder: folder, BaseURL: "http://localhost", Now: time.Now, Logger: slog.New(slog.DiscardHandler), Stage: env.Development})
	if err != nil {
		t.Fatal(err)
	}
	setting, err := b.Calibration().Current(t.Context(), bundle.Tenant)
	if err != nil || setting.Version != 2 || setting.Offsets.Neutral <= setting.Offsets.Positive || setting.Fitted.Rows != 100 {
		t.Errorf("the folder has %+v, %v, want version 2 with neutral raised", setting, err)
	}
	status, _, problems := shell{}.run(t, "calibrate", "-apply", "-data", folder, shopMessages(t)) // while it is open
	if status != 2 || !strings.Contains(problems, "takes POST /v1/settings/sentiment/calibrate instead") {
		t.Errorf("status = %d, said %q, want 2 and what to do", status, problems)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnalyzeTakesTheOffsets(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"messages.csv": "id,text\n1,ok then\n", "offsets.json": `{"positive":9,"negative":-4.5,"neutral":-4.5}`, "wrong.json": `{"positive":900}`, "other.json": `[]`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	label := func(arguments ...string) string {
		out := filepath.Join(t.TempDir(), "out")
		status, _, problems := shell{}.run(t, append(append([]string{"analyze", "-out", out}, arguments...), filepath.Join(folder, "messages.csv"))...)
		if status != 0 {
			t.Fatalf("status = %d, %s, want 0", status, problems)
		}
		results, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		return regexp.MustCompile(`"label":"(\w+)"`).FindStringSubmatch(string(results))[1]
	}
	if without, with := label(), label("-offsets", filepath.Join(folder, "offsets.json")); without != "NEUTRAL" || with != "POSITIVE" {
		t.Errorf("got %s without and %s with offsets, want NEUTRAL and POSITIVE", without, with)
	}
	for _, name := range []string{"wrong.json", "other.json", "absent.json"} {
		if status, _, _ := (shell{}).run(t, "analyze", "-offsets", filepath.Join(folder, name), filepath.Join(folder, "messages.csv")); status != 2 {
			t.Errorf("%s: status = %d, want 2", name, status)
		}
	}
}

func TestCalibrateSaysWhatIsWrongWithAFile(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"no label column": {"text\nhello\n", "lacks the column"},
		"a wrong label":   {"text,label\nhello,POSITIVE\nsecret words,happy\n", "line 3"},
		"too few rows":    {"text,label\nhello,NEUTRAL\n", "at least 50"},
		"nothing":         {"", "header"},
	} {
		path := filepath.Join(t.TempDir(), "labelled.csv")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		status, _, problems := shell{}.run(t, "calibrate", path)
		if status != 2 || !strings.Contains(problems, c.want) || strings.Contains(problems, "secret") {
			t.Errorf("%s: status = %d, said %q, want 2 and %q", name, status, problems, c.want)
		}
	}
	if status, _, _ := (shell{}).run(t, "calibrate"); status != 2 {
		t.Errorf("without a file: status = %d, want 2", status)
	}
}
