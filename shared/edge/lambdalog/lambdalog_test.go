package lambdalog

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// stdout returns what f writes to standard output.
func stdout(t *testing.T, f func()) string {
	t.Helper()
	before := os.Stdout
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout = write
	defer func() { os.Stdout = before }()
	f()
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	output, err := io.ReadAll(read)
	if err != nil {
		t.Fatal(err)
	}
	return string(output)
}

func TestLinesCarryTheInvocationAndItsTrace(t *testing.T) {
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "invocation-1"})
	ctx = context.WithValue(ctx, traceKey, "Root=1-2-3") //nolint:revive,staticcheck // as the Lambda runtime does
	got := stdout(t, func() { New(slog.LevelInfo).InfoContext(ctx, "hello", slog.Int("a", 1)) })
	for _, want := range []string{"hello", "a=1", "invocation-1", "traceId=\"Root=1-2-3\""} {
		if !strings.Contains(got, want) {
			t.Errorf("line = %s, want %s in it", got, want)
		}
	}
}

func TestOurLevelDecides(t *testing.T) {
	for _, test := range []struct {
		level slog.Level
		want  int
	}{{slog.LevelDebug, 4}, {slog.LevelInfo, 3}, {slog.LevelWarn, 2}, {slog.LevelError, 1}} {
		got := stdout(t, func() {
			logger := New(test.level)
			logger.Debug("x")
			logger.Info("x")
			logger.Warn("x")
			logger.Error("x")
		})
		if lines := strings.Count(got, "\n"); lines != test.want {
			t.Errorf("%v writes %d of the 4 levels, want %d", test.level, lines, test.want)
		}
	}
}

func TestAttributesAndGroupsKeepTheTraceAndTheLevel(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(handler{slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}), slog.LevelWarn})
	logger = logger.With(slog.Int("a", 1)).WithGroup("g")
	ctx := context.WithValue(context.Background(), traceKey, "trace-1") //nolint:revive,staticcheck // as the Lambda runtime does
	logger.InfoContext(ctx, "dropped")
	logger.WarnContext(ctx, "kept\nin one line", slog.Int("b", 2))
	var line struct {
		Msg string
		A   int
		G   struct {
			B       int
			TraceID string
		}
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("log = %s: %v", log.String(), err)
	}
	if line.Msg != "kept\nin one line" || line.A != 1 || line.G.B != 2 || line.G.TraceID != "trace-1" {
		t.Errorf("line = %+v, want the attributes, the group and the trace", line)
	}
}

func TestAFigureThatAnAlarmReadsIsWrittenWhateverTheLevel(t *testing.T) {
	got := stdout(t, func() { New(slog.LevelError).Log(t.Context(), slog.LevelError+4, "figure", slog.Float64("days", 31.5)) })
	if !strings.Contains(got, "level=INFO") || !strings.Contains(got, "days=31.5") {
		t.Errorf("line = %q, want the figure as INFO", got)
	}
}
