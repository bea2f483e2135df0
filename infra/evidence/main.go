// Command evidence checks claims about the bundle from outside.
//
//	go run ./infra/evidence verify-audit [-checkpoints FOLDER] [-kept-days N] FILE
//
// verify-audit verifies an export of an audit chain; - reads it from standard input. FOLDER holds the tenant's checkpoints,
// as they lie in the bucket, or below checkpoints/ in a laptop's data folder. Records that a checkpoint had fixed more than N days
// ago may be missing at the beginning; N is seven years' if absent. The exit status is 0 for a sound chain, 1 for a bad one and 2
// when there is no telling.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/customerai/customerai/infra/evidence/auditchain"
)

func main() { os.Exit(run(os.Args[1:], time.Now(), os.Stdin, os.Stdout, os.Stderr)) }

const (
	sound    = 0
	broken   = 1
	unusable = 2
)

// keptDays is how long records are kept where nobody says otherwise.
const keptDays = 2557

func run(args []string, now time.Time, in io.Reader, out, complaints io.Writer) int {
	flags := flag.NewFlagSet("verify-audit", flag.ContinueOnError)
	flags.SetOutput(complaints)
	folder := flags.String("checkpoints", "", "folder of the tenant's checkpoints")
	days := flags.Int("kept-days", keptDays, "how many days records are kept")
	if len(args) == 0 || args[0] != "verify-audit" || flags.Parse(args[1:]) != nil || flags.NArg() != 1 {
		_, _ = fmt.Fprintln(complaints, "usage: evidence verify-audit [-checkpoints FOLDER] [-kept-days N] FILE")
		return unusable
	}
	report, err := verify(flags.Arg(0), *folder, now.AddDate(0, 0, -*days), in)
	if err != nil {
		_, _ = fmt.Fprintln(complaints, "evidence:", err)
		return unusable
	}
	if report.Bad > 0 {
		_, _ = fmt.Fprintf(out, "record %d is bad: %s\n", report.Bad, report.Problem)
		return broken
	}
	if report.Expired > 0 {
		_, _ = fmt.Fprintf(out, "%d records before are kept no longer; checkpoints vouch for them\n", report.Expired)
	}
	_, _ = fmt.Fprintf(out, "%d records of %q are sound, held to %d checkpoints\nhead %s\nroot %s\n",
		report.Records, report.Tenant, report.Checkpoints, report.Head, report.Root)
	return sound
}

func verify(name, folder string, before time.Time, in io.Reader) (auditchain.Report, error) {
	checkpoints, err := read(folder)
	if err != nil {
		return auditchain.Report{}, err
	}
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return auditchain.Report{}, fmt.Errorf("open the export: %w", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	return auditchain.Verify(in, checkpoints, before)
}

func read(folder string) (all []auditchain.Checkpoint, err error) {
	if folder == "" {
		return nil, nil
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("there are no checkpoints in %s", folder)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a checkpoint: %w", err)
		}
		c, err := auditchain.ParseCheckpoint(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
		all = append(all, c)
	}
	return all, nil
}
