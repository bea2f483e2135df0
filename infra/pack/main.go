// Command pack builds every function of the manifest and zips it for Lambda.
//
// Normal use:
//
//	go run ./infra/pack                        # bin/functions/<name>.zip, for arm64
//	go run ./infra/pack -arch amd64 -out DIR   # for an emulator on this machine
//
// The same sources give the same bytes, on any machine and in any folder: paths, times and build ids are left out.
//
// It refuses a zip for Lambda that is larger than its budget.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/customerai/customerai/shared/manifest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], manifest.Functions, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, functions []manifest.Function, report io.Writer) error {
	flags := flag.NewFlagSet("pack", flag.ContinueOnError)
	out := flags.String("out", filepath.Join("bin", "functions"), "folder for the zips")
	arch := flags.String("arch", deployed, "GOARCH: arm64 or amd64")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o750); err != nil {
		return fmt.Errorf("make the folder for the zips: %w", err)
	}
	built, err := os.MkdirTemp("", "pack-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(built) }() // a temporary folder that stays harms nobody
	if err := build(ctx, functions, *arch, built); err != nil {
		return err
	}
	var failures []error
	for _, function := range functions {
		packed, err := pack(filepath.Join(built, function.Name))
		if err != nil {
			return fmt.Errorf("%s: %w", function.Name, err)
		}
		path := filepath.Join(*out, function.Name+".zip")
		if err := os.WriteFile(path, packed, 0o600); err != nil {
			return fmt.Errorf("write the zip of %s: %w", function.Name, err)
		}
		if _, err := fmt.Fprintf(report, "%-16s %5.2f MB  %s\n", function.Name, megabytes(len(packed)), path); err != nil {
			return fmt.Errorf("print the report: %w", err)
		}
		if budget := budgetOf(function.Name); *arch == deployed && len(packed) > budget {
			failures = append(failures, fmt.Errorf("%s: the zip has %.2f MB, over its budget of %.2f MB", function.Name, megabytes(len(packed)), megabytes(budget)))
		}
	}
	return errors.Join(failures...)
}

// deployed is the architecture of the functions on AWS, and so the one that budgets are about.
const deployed = "arm64"

// functionsPath is where the functions' mains are, for go build.
const functionsPath = "github.com/customerai/customerai/functions/"

// build writes the functions' programs into a folder, under their names.
func build(ctx context.Context, functions []manifest.Function, arch, folder string) error {
	args := []string{"build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", folder + string(filepath.Separator)}
	for _, function := range functions {
		args = append(args, functionsPath+function.Name)
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, output)
	}
	return nil
}

// pack returns the zip of a program.
func pack(path string) ([]byte, error) {
	program, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return archive(program)
}
