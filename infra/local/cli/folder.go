package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
)

// withFolder opens the folder for one command. The server that may be using it is not disturbed: it keeps the folder, and the
// caller is told what to ask it for instead.
func (p Process) withFolder(ctx context.Context, folder, instead string, do func(*bundle.Bundle) error) error {
	stage, err := p.stage()
	if err != nil {
		return err
	}
	b, err := bundle.Open(ctx, bundle.Config{
		Folder: folder, BaseURL: "http://localhost", Stage: stage, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return fmt.Errorf("%w; a server that runs takes %s instead", openProblem(folder, err), instead)
	}
	return errors.Join(do(b), b.Close())
}
