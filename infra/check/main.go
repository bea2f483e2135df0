// Check runs everything that can be tested on this machine and says what could not. It is `make test`.
//
//	go run ./infra/check              # all of it
//	go run ./infra/check ./shared/... # some packages, without the gates that need them all
//	go run ./infra/check -bars        # the heavy properties at their full figures
//	go run ./infra/check -tags samlocal ./infra/samlocal # tests that have a door of their own
//
// CI=true runs everything anew, and makes what could not run a failure. WITHOUT=data,race declares beforehand what the machine
// lacks.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/customerai/customerai/infra/check/bars"
	"github.com/customerai/customerai/infra/check/suite"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ci := os.Getenv("CI") == "true"
	terminal, err := os.Stdout.Stat()
	tags := flag.String("tags", "", "the build tag of tests that have a door of their own")
	full := flag.Bool("bars", false, "hold the heavy properties to their full figures, and do nothing else")
	flag.Parse()
	without := strings.Split(os.Getenv("WITHOUT"), ",")
	if *full {
		return bars.Run(ctx, bars.Bars, bars.Config{Root: ".", Without: without, Out: os.Stdout, Command: suite.Exec})
	}
	_, err = suite.Run(ctx, suite.Config{
		Root: ".", Packages: flag.Args(), Tags: *tags, CI: ci, Out: os.Stdout, Command: suite.Exec,
		Without: without,
		Colour:  os.Getenv("NO_COLOR") == "" && (ci || err == nil && terminal.Mode()&os.ModeCharDevice != 0),
	})
	return err
}
