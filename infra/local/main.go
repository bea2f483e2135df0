// Command customerai is the whole bundle in one process, and a tool that analyses files.
//
// Normal use: serve it, or hand it a file.
//
//	go run ./infra/local serve
//	go run ./infra/local analyze messages.csv
//	go run ./infra/local help
//
// It refuses to run as production: its keys live in a file and its store on a disk, which suits a laptop and nothing else.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/customerai/customerai/infra/local/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	process := cli.Process{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, LookupEnv: os.LookupEnv}
	os.Exit(process.Run(ctx, os.Args[1:]))
}
