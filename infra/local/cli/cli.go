// Package cli is the command line of the bundle on a laptop.
//
// Normal use: main hands over its arguments and streams; the exit status comes back.
//
//	status := cli.Process{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, LookupEnv: os.LookupEnv}.Run(ctx, os.Args[1:])
//
// It refuses to guess: an unknown command, flag or file is said on standard error with the way out, and exit status 2.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/customerai/customerai/shared/env"
)

// Exit statuses of every command.
const (
	ok       = 0
	rejected = 1 // analyze -strict: some rows were rejected
	unusable = 2 // the arguments, the input or the environment cannot be used
)

// Process is what a command may touch of the process around it.
type Process struct {
	In        io.Reader
	Out, Err  io.Writer
	LookupEnv env.Lookup
}

// command is one word of the command line.
type command struct {
	name, arguments, summary, example string
	run                               func(ctx context.Context, p Process, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "[-addr HOST:PORT] [-data DIR] [-sample]", "run every function in this process", "customerai serve -addr 127.0.0.1:8080", serve},
		{"analyze", "[-out DIR] [-offsets FILE] [-strict] FILE...", "analyse files without a server (- is standard input)", "customerai analyze -out out messages.csv", analyze},
		{"calibrate", "[-out FILE] [-apply] [-data DIR] FILE", "fit the sentiment engine to labelled messages (CSV: text, label)", "customerai calibrate -out offsets.json labelled.csv", calibrate},
		{"token", "[-data DIR] [-administrator] [-show-secret]", "print an access token of the development client", `curl -H "Authorization: Bearer $(customerai token)" http://127.0.0.1:8080/v1/batches`, token},
		{"principals", "add|list|disable|enable|reset [-data DIR] [-roles ROLES] [-client] [USERNAME|ID]", "manage the people and clients of a folder", "customerai principals add -roles analyst,reviewer ann@example.com", managePrincipals},
		{"secrets", "[rotate] [-data DIR]", "print a fresh secret document for a stage on AWS; or give the local one fresh keys", "customerai secrets >secret.json; customerai secrets rotate", secretDocument},
		{"version", "", "print the version", "customerai version", version},
	}
}

// errUsage means that the command line is wrong and that this was said already.
var errUsage = errors.New("usage")

// errRejected means that rows were rejected although -strict was asked for.
var errRejected = errors.New("some rows were rejected")

// Run executes one command and returns the exit status.
func (p Process) Run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		p.help(p.Err)
		return unusable
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		p.help(p.Out)
		return ok
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return p.status(c.run(ctx, p, args[1:]))
		}
	}
	p.complain("customerai: there is no such command; 'customerai help' lists them")
	return unusable
}

// status says an error on standard error and turns it into an exit status.
func (p Process) status(err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return ok
	case errors.Is(err, errUsage):
		return unusable
	}
	p.complain("customerai: " + err.Error())
	if errors.Is(err, errRejected) {
		return rejected
	}
	return unusable
}

// say and complain write a line for a person. A terminal that is gone must not turn a good run into a bad one.
func (p Process) say(line string)      { _, _ = fmt.Fprintln(p.Out, line) }
func (p Process) complain(line string) { _, _ = fmt.Fprintln(p.Err, line) }

// help prints the overview.
func (p Process) help(w io.Writer) {
	var text strings.Builder
	text.WriteString("CustomerAI reads customer-service messages and tells what they say.\n\nusage: customerai COMMAND [arguments]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&text, "  %-10s %s\n", c.name, c.summary)
	}
	text.WriteString("  help       print this\n\n'customerai COMMAND -h' shows a command's arguments and an example.\n")
	_, _ = io.WriteString(w, text.String())
}

// parse reads a command's flags. It prints usage and an example for -h and for a mistake.
func (p Process) parse(name string, args []string, define func(*flag.FlagSet)) ([]string, error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(p.Err)
	define(flags)
	for _, c := range commands() {
		if c.name == name {
			flags.Usage = func() {
				_, _ = fmt.Fprintf(flags.Output(), "usage: customerai %s %s\n%s\n\nexample: %s\n", c.name, c.arguments, c.summary, c.example)
				flags.PrintDefaults()
			}
		}
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil:
		return nil, errUsage
	}
	return flags.Args(), nil
}

// isTerminal reports whether w is a terminal, where a progress bar makes sense.
func isTerminal(w io.Writer) bool {
	file, isFile := w.(*os.File)
	if !isFile {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
