//go:build samlocal

package samlocal_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/samlocal"
	"github.com/customerai/customerai/shared/manifest"
)

// machine has the names that SAM, its emulator of the runtime and Go have for the processor.
var machine = map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]

// image is what SAM starts functions of provided.al2023 in. It would be fetched; a stand-in that holds the emulator is enough
// for a program that needs no system around it.
var image = "public.ecr.aws/lambda/provided:al2023-rapid-" + machine

// desk is the folder that everything lies in, and the environment of the tools.
type desk struct {
	root, folder, sam string
	environment       []string
}

func newDesk(t *testing.T) desk {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	d := desk{root: root, folder: filepath.Join(root, ".build", "sam-local"), sam: filepath.Join(root, ".tools", "sam", "bin", "sam")}
	if _, err := os.Stat(d.sam); err != nil {
		t.Skip("SAM is not in .tools/sam: make check-sam installs it")
	}
	for _, program := range []string{"podman", "runc"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("podman is missing: there is no %s on the PATH", program)
		}
	}
	d.environment = append(os.Environ(),
		"HOME="+filepath.Join(d.folder, "home"), "CONTAINERS_CONF="+filepath.Join(d.folder, "containers.conf"),
		"DOCKER_HOST=unix://"+d.socket(), "SAM_CLI_TELEMETRY=0", "AWS_MAX_ATTEMPTS=1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none", "LAMBDA_ARCH="+runtime.GOARCH,
		"GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOCACHE="+goEnv(t, "GOCACHE"),
	)
	if err := os.MkdirAll(filepath.Join(d.folder, "home"), 0o750); err != nil {
		t.Fatal(err)
	}
	return d
}

// goEnv reads a setting of Go's that follows from the home folder, which SAM is given another of.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output))
}

func (d desk) socket() string { return filepath.Join(d.folder, "podman.sock") }

// run runs a program and returns what it prints; what it says besides is shown when it fails.
func (d desk) run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Env = d.root, d.environment
	var errors bytes.Buffer
	command.Stderr = &errors
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, errors.Bytes())
	}
	return output
}

// podman keeps its store as plain files: the mounts of any other driver outlive it, and nobody could remove the folder.
func (d desk) podman(args ...string) []string {
	return append([]string{"--storage-driver", "vfs", "--root", filepath.Join(d.folder, "store"), "--runroot", filepath.Join(d.folder, "run")}, args...)
}

// settings make podman run where neither systemd nor a journal is, and as many files and processes as anybody may have.
const settings = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`

// serve starts podman's Docker API until the test has ended, with the image in its store.
func (d desk) serve(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, "containers.conf"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	emulators, err := filepath.Glob(filepath.Join(d.root, ".tools", "sam", "lib", "python*", "site-packages", "samcli", "local", "rapid", "aws-lambda-rie-"+machine))
	if err != nil || len(emulators) != 1 {
		t.Fatalf("SAM has the emulators %v, %v, want one for %s", emulators, err, machine)
	}
	content := filepath.Join(d.folder, "image")
	emulator, err := os.ReadFile(emulators[0])
	if err == nil {
		err = os.MkdirAll(filepath.Join(content, "var", "rapid"), 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(content, "var", "rapid", "aws-lambda-rie"), emulator, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.run(t, "tar", "-C", content, "-cf", content+".tar", "var")
	d.run(t, "podman", d.podman("import", "--quiet", content+".tar", image)...)

	_ = os.Remove(d.socket()) // of a run that was killed
	ctx, stop := context.WithCancel(context.Background())
	service := exec.CommandContext(ctx, "podman", d.podman("system", "service", "--time=0", "unix://"+d.socket())...)
	var output bytes.Buffer
	service.Env, service.Stdout, service.Stderr = d.environment, &output, &output
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = service.Wait() })
	for begun := time.Now(); ; {
		if _, err := os.Stat(d.socket()); err == nil {
			return
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("podman serves no API: %s", output.Bytes())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// build has SAM build the functions for this machine, from a copy of the template that says so, and that names a store where
// nobody listens.
func (d desk) build(t *testing.T) (template string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	const deployed = "    Architectures: [arm64]\n"
	if strings.Count(string(text), deployed) != 1 {
		t.Fatal("template.yaml does not say once what the functions run on")
	}
	here := "    Architectures: [" + machine + "]\n    Environment:\n      Variables:\n        AWS_ENDPOINT_URL: http://127.0.0.1:1\n"
	copied := filepath.Join(d.folder, "template.yaml")
	if err := os.WriteFile(copied, []byte(strings.Replace(string(text), deployed, here, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	built := filepath.Join(d.folder, "build")
	d.run(t, d.sam, "build", "--build-in-source", "--parallel", "--template", copied, "--base-dir", d.root, "--build-dir", built)
	return filepath.Join(built, "template.yaml")
}

// logical is the template's name for a function: SplitBatchFunction for split-batch.
func logical(name string) string {
	var id strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String() + "Function"
}

func TestEveryFunctionAnswersItsSamplesInAContainer(t *testing.T) {
	d := newDesk(t)
	d.serve(t)
	template := d.build(t)
	for _, f := range manifest.Functions {
		samples, err := filepath.Glob(filepath.Join(d.root, "events", f.Name+"-*.json"))
		if err != nil || len(samples) == 0 {
			t.Errorf("%s has no sample (%v)", f.Name, err)
		}
		for _, sample := range samples {
			if owner(filepath.Base(sample)) != f.Name {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(sample), ".json"), func(t *testing.T) {
				t.Parallel()
				event, err := os.ReadFile(sample)
				if err != nil {
					t.Fatal(err)
				}
				answer := d.run(t, d.sam, "local", "invoke", logical(f.Name), "--template", template,
					"--config-file", filepath.Join(d.root, "samconfig.toml"), "--skip-pull-image", "--event", sample)
				if err := samlocal.Judge(f, event, bytes.TrimSpace(answer)); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// owner is the function with the longest name that a sample's begins with: split-batch before a function named split.
func owner(sample string) (name string) {
	for _, f := range manifest.Functions {
		if strings.HasPrefix(sample, f.Name+"-") && len(f.Name) > len(name) {
			name = f.Name
		}
	}
	return name
}
