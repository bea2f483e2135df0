// Gen writes template.yaml, samconfig.toml, samlocal.json and openapi.json from the manifest and the handlers' types.
//
//	go run ./infra/gen          # write what has changed
//	go run ./infra/gen -check   # fail when something would change
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/customerai/customerai/infra/gen/documents"
)

func main() {
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := generate(*check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func generate(check bool) error {
	all, err := documents.All()
	if err != nil {
		return err
	}
	if !check {
		return all.Write(".")
	}
	stale, err := all.Stale(".")
	for _, d := range stale {
		fmt.Fprintln(os.Stderr, "gen:", d.Name, "is not what the manifest and the types say: run make generate")
	}
	if err == nil && len(stale) > 0 {
		err = fmt.Errorf("%d generated files have drifted", len(stale))
	}
	return err
}
