// Command cdk writes the CloudFormation template of one stage of the bundle.
//
// Normal use, from this folder:
//
//	CDK_OUTDIR=cdk.out go run . -stage production -clients cli_…
//
// It reads API_RATE_LIMIT, API_BURST_LIMIT, CLIENT_RATE_LIMIT, CORS_ORIGINS and LOG_LEVEL from the environment, needs
// Node.js and no account, and writes <stack>-<stage>.template.json, which the CDK's command line or CloudFormation deploys.
//
// It refuses an unknown stage, settings that the functions would refuse, and a template that breaks a rule of package
// posture.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/posture"
	"github.com/customerai/customerai/infra/cdk/stack"
	"github.com/customerai/customerai/infra/cdk/template"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

func main() {
	err := run(os.Args[1:], os.LookupEnv, os.Stdout)
	jsii.Close()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "cdk:", err)
		os.Exit(1)
	}
}

func run(args []string, lookup env.Lookup, out io.Writer) error {
	settings, outdir, err := parse(args, lookup)
	if err != nil {
		return err
	}
	app := stack.NewApp(outdir)
	if _, err := stack.New(app, settings); err != nil {
		return err
	}
	app.Synth(nil)
	path := filepath.Join(outdir, settings.Name()+".template.json")
	if err := check(path, settings.Expected()); err != nil {
		// Nothing deploys what does not hold.
		return errors.Join(fmt.Errorf("%s: %w", path, err), os.Remove(path)) //nolint:gosec // whoever runs this names the folder
	}
	fmt.Fprintln(out, path)
	return nil
}

func check(path string, expected posture.Expected) error {
	text, err := os.ReadFile(path) //nolint:gosec // whoever runs this names the folder
	if err != nil {
		return fmt.Errorf("read the template: %w", err)
	}
	parsed, err := template.Parse(text)
	if err != nil {
		return err
	}
	if broken := posture.Check(parsed, expected); len(broken) > 0 {
		return errors.New("the template breaks the posture:\n" + strings.Join(broken, "\n"))
	}
	return nil
}

func parse(args []string, lookup env.Lookup) (deployment.Settings, string, error) {
	flags := flag.NewFlagSet("cdk", flag.ContinueOnError)
	stage := flags.String("stage", "", "development, staging or production")
	code := flags.String("code", "../../bin/functions", "the folder that holds <function>.zip")
	clients := flags.String("clients", "", "ids of the clients that may call, separated by commas")
	quota := flags.Int("quota", 1_000_000, "requests per day of one client")
	if err := flags.Parse(args); err != nil {
		return deployment.Settings{}, "", err
	}
	if *stage != env.ParseStage(*stage).String() {
		return deployment.Settings{}, "", errors.New("-stage must be development, staging or production")
	}
	r := env.NewReader(lookup)
	settings := deployment.Settings{
		Stage: env.ParseStage(*stage), Functions: manifest.Functions, Code: *code,
		LogLevel: r.Optional("LOG_LEVEL", "info"), CORSOrigins: r.Optional("CORS_ORIGINS", ""),
		RateLimit: r.Int("API_RATE_LIMIT", 100, 1, 10_000), BurstLimit: r.Int("API_BURST_LIMIT", 200, 1, 5_000),
		ClientRateLimit: r.Int("CLIENT_RATE_LIMIT", 20, 1, 10_000), ClientQuota: *quota,
		Clients: strings.FieldsFunc(*clients, func(c rune) bool { return c == ',' }),
	}
	return settings, r.Optional("CDK_OUTDIR", "cdk.out"), r.Err()
}
