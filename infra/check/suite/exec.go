package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// sleepless keeps the race detector from sleeping for a second at the end of every test binary, for goroutines that nobody
// waits for. A hundred packages would sleep for longer than they test.
const sleepless = "GORACE=atexit_sleep_ms=10"

// Exec is the Command that runs real programs.
func Exec(ctx context.Context, folder string, read func(io.Reader) error, name string, args ...string) error {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = folder
	command.Env = append([]string{sleepless}, command.Environ()...) // whoever sets it otherwise is right
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("connect to %s: %w", name, err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	unread := read(output)
	_, drained := io.Copy(io.Discard, output) // a program whose output nobody reads never ends
	if err := command.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, indent(strings.TrimSpace(stderr.String())))
	}
	return errors.Join(unread, drained)
}
