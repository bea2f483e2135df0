// Command train builds the model files that the engines embed, and measures them.
//
//	go run ./infra/train texts -data ../shared/data -labels FOLDER       write the texts that the sentiment teacher labels
//	go run ./infra/train sentiment -data ../shared/data -labels FOLDER   train, measure, write the model
//	go run ./infra/train ablate -data ../shared/data -labels FOLDER      what each part of the sentiment model is worth
//	go run ./infra/train card -data ../shared/data -labels FOLDER        measure the sentiment model, write the figures into its card
//	go run ./infra/train topics -data ../shared/data                     train, measure, write the topic model
//	go run ./infra/train topics-card -data FILE                          write the figures that it printed to FILE into its card
//	go run ./infra/train gazetteer -data FOLDER                          build the name table of personal-data detection
//	go run ./infra/train tagger -data FOLDER                             train its model of names
//	go run ./infra/train pii-card -data ../shared/data                   write its figures into its card
//	go run ./infra/train eval -data ../shared/data [-labels FOLDER]      measure the embedded models
//
// It refuses to be clever: training is single-threaded with fixed seeds, so that the same rows give the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/customerai/customerai/infra/train/pii"
	"github.com/customerai/customerai/infra/train/sentiment"
	"github.com/customerai/customerai/infra/train/tagger"
	"github.com/customerai/customerai/infra/train/topics"
)

type step func(ctx context.Context, dataDir string, out io.Writer) error

// trainers returns the models by the name of their subcommand.
func trainers(labels string) map[string]step {
	return map[string]step{
		"sentiment": func(ctx context.Context, data string, out io.Writer) error {
			return sentiment.Run(ctx, data, labels, out)
		},
		"texts": func(ctx context.Context, data string, out io.Writer) error {
			return sentiment.Texts(ctx, data, labels, out)
		},
		"ablate": func(ctx context.Context, data string, out io.Writer) error {
			return sentiment.Ablate(ctx, data, labels, out)
		},
		"card": func(ctx context.Context, data string, out io.Writer) error {
			return sentiment.Card(ctx, data, labels, out)
		},
		"topics": topics.Run,

		"topics-card": topics.WriteCard,

		"gazetteer": pii.Run,
		"pii-card":  pii.Card,
		"tagger":    tagger.Run,
	}
}

// evaluators returns what measures the models, in order.
func evaluators(labels string) []step {
	return []step{
		func(ctx context.Context, data string, out io.Writer) error {
			return sentiment.Eval(ctx, data, labels, out)
		},
		topics.Eval,
		pii.Eval,
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("name a model to train, or eval")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	data := flags.String("data", "../shared/data", "folder of the rows")
	labels := flags.String("labels", "", "folder of the texts for the sentiment teacher and of its labels; none: people's labels alone teach")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if train, ok := trainers(*labels)[args[0]]; ok {
		return train(ctx, *data, out)
	}
	if args[0] != "eval" {
		return fmt.Errorf("no model is called %q", args[0])
	}
	for _, eval := range evaluators(*labels) {
		if err := eval(ctx, *data, out); err != nil {
			return err
		}
	}
	return nil
}
