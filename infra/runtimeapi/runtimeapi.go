// Package runtimeapi starts the real program of a function as Lambda does, and serves it the Runtime API.
//
// Normal use, in a test:
//
//	bootstrap, err := runtimeapi.Build(ctx, root, "functions/token", folder)
//	p, err := runtimeapi.Start(ctx, bootstrap, settings)
//	if !p.Ready(ctx) { … p.Exit() … }    // it ended before it asked for an invocation
//	answer, err := p.Invoke(ctx, event)
//	exit := p.Stop()
//
// The program is built as for Lambda, but for this machine, and its environment holds what Lambda gives, the settings, and
// nothing of this process.
//
// aws-lambda-go, which the functions run in, never posts to /init/error. What Lambda takes for a failed initialisation is an
// exit before the first poll, and so does this package: Ready is false then, and Exit has no polls.
//
// It refuses to judge: what an answer or an exit should be is for the test to say.
package runtimeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Build makes the bootstrap of a main package, named by its path from the module's root, in a folder of its own below
// folder, for this machine. The name of the function is the last part of the path. A bootstrap that is there and up to date
// costs a fraction of a second: unlike those for Lambda it keeps its build id, by which the go command knows it.
func Build(ctx context.Context, root, program, folder string) (bootstrap string, err error) {
	bootstrap = filepath.Join(folder, path.Base(program), "bootstrap")
	command := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false",
		"-ldflags=-s -w", "-o", bootstrap, "./"+program)
	command.Dir = root
	command.Env = append(command.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", program, err, output)
	}
	return bootstrap, nil
}

// Answer is what came back for an invocation.
type Answer struct {
	Body   []byte
	Failed bool          // the function reported an error; Body describes it
	Left   time.Duration // of the invocation's time; below zero when Lambda would have ended the function before
}

// Absent in the place of a setting's value takes away what Lambda gives. No environment can hold it.
const Absent = "\x00"

// Exit is how a process ended.
type Exit struct {
	Code   int           // -1 when it was stopped
	After  time.Duration // since its start
	CPU    time.Duration // that it used, its own and the system's for it: what a busy machine changes least
	Polls  int           // how often it asked for an invocation
	Output string        // standard output and error
}

// Process is a function that runs. Make it with Start and end it with Stop.
type Process struct {
	Init time.Duration // from start to the first poll; valid once Ready has returned true

	api     *api
	server  *http.Server
	command *exec.Cmd
	begun   time.Time
	ended   chan struct{}
	exit    Exit
}

// Start runs a bootstrap with the settings added to, or put over, what Lambda gives.
func Start(ctx context.Context, bootstrap string, settings map[string]string) (*Process, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the runtime api: %w", err)
	}
	p := &Process{api: newAPI(), ended: make(chan struct{})}
	p.server = &http.Server{Handler: p.api.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = p.server.Serve(listener) }() // ends with Stop

	var output bytes.Buffer
	p.command = exec.CommandContext(ctx, bootstrap)
	p.command.Dir = filepath.Dir(bootstrap)
	p.command.Env = environment(bootstrap, listener.Addr().String(), settings)
	p.command.Stdout, p.command.Stderr = &output, &output
	p.begun = time.Now()
	if err := p.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", bootstrap, err), p.server.Close())
	}
	go func() {
		_ = p.command.Wait() // the state tells all
		state := p.command.ProcessState
		p.exit = Exit{
			Code: state.ExitCode(), After: time.Since(p.begun), CPU: state.UserTime() + state.SystemTime(),
			Polls: p.api.count(), Output: output.String(),
		}
		close(p.ended)
	}()
	return p, nil
}

// environment is what a function finds around it.
func environment(bootstrap, address string, settings map[string]string) (list []string) {
	name := filepath.Base(filepath.Dir(bootstrap))
	all := map[string]string{
		"AWS_LAMBDA_RUNTIME_API": address, "_HANDLER": "bootstrap", "LAMBDA_TASK_ROOT": filepath.Dir(bootstrap),
		"AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/" + name, "AWS_LAMBDA_LOG_STREAM_NAME": "stream", "AWS_LAMBDA_LOG_FORMAT": "JSON",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "test",
		"TZ": ":UTC", "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
	}
	for name, value := range settings {
		all[name] = value
	}
	for name, value := range all {
		if value == Absent {
			continue
		}
		list = append(list, name+"="+value)
	}
	return list
}

// Ready waits for the first poll, which ends the initialisation, and returns false when the process ended before it.
func (p *Process) Ready(ctx context.Context) bool {
	polled, err := receive(ctx, p.api.polled, p.ended)
	if err != nil {
		return false
	}
	p.api.polled <- polled
	p.Init = polled.Sub(p.begun)
	return true
}

var errEnded = errors.New("the function ended")

// receive waits for a value, for the end of the process that it comes from or for the context. A process may end right
// behind what it has said: that is heard first.
func receive[T any](ctx context.Context, from <-chan T, ended <-chan struct{}) (value T, err error) {
	select {
	case value = <-from:
		return value, nil
	case <-ended:
		err = errEnded
	case <-ctx.Done():
		err = ctx.Err()
	}
	select {
	case value = <-from:
		return value, nil
	default:
		return value, err
	}
}

// Invoke hands an event to the process and waits for what it answers.
func (p *Process) Invoke(ctx context.Context, event []byte) (Answer, error) {
	return p.InvokeWithin(ctx, event, deadline)
}

// deadline is how long an invocation may take where nobody says.
const deadline = 25 * time.Second

// InvokeWithin is Invoke for an invocation that may take so long. It does not end the process after that: Answer tells how
// much was left.
func (p *Process) InvokeWithin(ctx context.Context, event []byte, within time.Duration) (Answer, error) {
	i := p.api.enqueue(event, within)
	answer, err := receive(ctx, i.answer, p.ended)
	if errors.Is(err, errEnded) {
		err = fmt.Errorf("%w with %d instead of answering: %s", err, p.exit.Code, p.exit.Output)
	}
	return answer, err
}

// Memory returns the most bytes of the process that were in memory at once.
func (p *Process) Memory() (int64, error) { return Memory(p.command.Process.Pid) }

// Memory returns the most bytes of a process that runs that were in memory at once. It asks Linux; elsewhere it is an error.
// What a process tells of itself at its end would count the memory of the one that started it.
func Memory(pid int) (int64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("read the memory of a process: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if kilobytes, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kilobytes), "kB")), 10, 64)
			return n << 10, err
		}
	}
	return 0, errors.New("read the memory of a process: it is not told")
}

// Exit waits for the process to end by itself.
func (p *Process) Exit() Exit {
	<-p.ended
	_ = p.server.Close() // nobody talks to it any more
	return p.exit
}

// Stop ends the process, as Lambda ends an environment that it needs no more.
func (p *Process) Stop() Exit {
	_ = p.command.Process.Kill() // it may have ended
	return p.Exit()
}
