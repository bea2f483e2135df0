// Command redrive sends the messages of a dead-letter queue back to where they failed, once their cause is mended.
//
// Normal use, with the region and the credentials of the environment:
//
//	eval "$(aws configure export-credentials --format env)"
//	go run ./infra/redrive -from DEAD_LETTER_QUEUE_URL -to QUEUE_URL -rate 10
//
// It may be stopped and started again at any time. A message that was sent back when the program died, and not yet deleted,
// is sent back twice, which the functions are made for.
//
// It refuses to delete a message that was not sent.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/customerai/customerai/shared/edge/awsconfig"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/storage/queue/sqsqueue"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "redrive:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, report io.Writer) error {
	flags := flag.NewFlagSet("redrive", flag.ContinueOnError)
	from := flags.String("from", "", "URL of the dead-letter queue")
	to := flags.String("to", "", "URL of the queue that the messages go back to")
	rate := flags.Int("rate", 10, "messages a second")
	most := flags.Int("most", 0, "stop after so many messages; 0 for all")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *from == "" || *to == "" || *from == *to || *rate < 1 || *most < 0 {
		return errors.New("name two queues with -from and -to, a -rate of at least 1 and a -most of at least 0")
	}
	settings := env.NewReader(os.LookupEnv)
	config := awsconfig.Read(settings, os.LookupEnv)
	if err := settings.Err(); err != nil {
		return err
	}
	pace := time.NewTicker(time.Second / time.Duration(*rate))
	defer pace.Stop()
	moved, err := redrive(ctx, sqsqueue.Open(config, *from), sqsqueue.Open(config, *to), pace.C, *most)
	if _, printed := fmt.Fprintf(report, "%d messages sent back\n", moved); printed != nil {
		err = errors.Join(err, printed)
	}
	return err
}
