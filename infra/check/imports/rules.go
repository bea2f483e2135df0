package imports

// layer says what the packages of one layer may import besides the standard library. The first that matches counts.
type layer struct {
	of    []string
	may   []string // packages of this module and of others
	never []string // packages of the standard library
	why   string
}

// Groups that the table below is written in.
var (
	folders = []string{"shared", "functions", "infra"}
	leaves  = []string{"shared/manifest", "shared/errs", "shared/env"}
	ports   = []string{"shared/storage/table", "shared/storage/blob", "shared/storage/queue"}
	insight = []string{"shared/insight/..."}
	trust   = []string{
		"shared/trust/auth/...", "shared/trust/secrets", "shared/trust/secrets/rotation", "shared/trust/vault", "shared/trust/audit/...",
		"shared/trust/principals", "shared/trust/sessions", "shared/trust/throttle",
	}
	jsonTools = []string{"shared/strictjson", "github.com/go-json-experiment/json/..."}
	events    = []string{"github.com/aws/aws-lambda-go/events"}
	lambda    = []string{"github.com/aws/aws-lambda-go/..."}
	huma      = []string{"github.com/danielgtaylor/huma/v2/..."}
	sdk       = []string{"github.com/aws/aws-sdk-go-v2/...", "github.com/aws/smithy-go/..."}
	testing   = []string{"pgregory.net/rapid", "github.com/google/go-cmp/..."}

	// What makes a result depend on when, where or how often it is computed.
	impure = []string{"net", "net/http/...", "os", "os/...", "crypto/rand", "math/rand", "math/rand/v2", "log", "log/slog"}
	// Chance that an attacker can foresee. Only crypto/rand makes ids, keys and tokens.
	chance = []string{"math/rand", "math/rand/v2"}
)

func join(lists ...[]string) (all []string) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// layers is the plan of the tree, from the bottom up.
var layers = []layer{
	{of: []string{"."}, may: nil, never: chance, why: "the root embeds openapi.json and does nothing else"},
	{of: leaves, never: chance, why: "leaves import the standard library only"},
	{
		of: []string{"shared/strictjson/..."}, may: join(leaves, jsonTools), never: chance,
		why: "strict JSON is a leaf over the JSON library",
	},

	{of: []string{"shared/insight/text/..."}, may: leaves, never: impure, why: "text is the floor of insight: leaves only, pure"},
	{
		of:    []string{"shared/insight/sentiment/..."},
		may:   join(leaves, []string{"shared/insight/text/...", "shared/insight/sentiment/..."}),
		never: impure, why: "an engine stands on text alone, pure",
	},
	{
		of:    []string{"shared/insight/topics/..."},
		may:   join(leaves, []string{"shared/insight/text/...", "shared/insight/topics/..."}),
		never: impure, why: "an engine stands on text alone, pure",
	},
	{
		of:    []string{"shared/insight/pii/..."},
		may:   join(leaves, []string{"shared/insight/text/...", "shared/insight/pii/..."}),
		never: impure, why: "an engine stands on text alone, pure",
	},
	{of: insight, may: join(leaves, insight, jsonTools), never: impure, why: "insight imports leaves and insight below it, pure"},

	{of: ports, may: leaves, never: join(chance, []string{"net/http"}), why: "a storage port imports leaves only"},
	{
		of: []string{"shared/storage/*/*test"}, may: join(leaves, ports, testing), never: chance,
		why: "a conformance suite knows the port, never an engine",
	},
	{of: []string{"shared/storage/mutant"}, never: chance, why: "mutant breaks suites, and knows no engine"},
	{of: []string{"shared/storage/filelock"}, may: leaves, never: chance, why: "filelock imports leaves only"},
	{of: []string{"shared/storage/attempts"}, may: sdk, never: chance, why: "attempts watches the SDK's retries and knows no service"},
	{of: []string{"shared/storage/faults/..."}, may: join(leaves, ports), why: "faults wraps ports, never an engine"},
	{
		of: []string{"shared/storage/queue/memqueue"}, may: join(leaves, ports),
		why: "an engine imports leaves, its port and one client", // order is random on purpose, from a given seed
	},
	{
		of:  []string{"shared/storage/table/sqlitetable/..."},
		may: join(leaves, ports, []string{"shared/storage/table/...", "shared/storage/filelock", "modernc.org/sqlite/..."}), never: chance,
		why: "an engine imports leaves, its port and one client",
	},
	{
		of:  []string{"shared/storage/table/dynamotable/...", "shared/storage/blob/s3blob/...", "shared/storage/queue/sqsqueue/..."},
		may: join(leaves, ports, sdk, []string{"shared/storage/table/rules", "shared/storage/attempts"}), never: chance,
		why: "an engine imports leaves, its port and one client",
	},
	{
		of:  []string{"shared/storage/table/...", "shared/storage/blob/...", "shared/storage/queue/..."},
		may: join(leaves, ports, []string{"shared/storage/table/rules", "shared/storage/blob/dirblob/...", "shared/storage/filelock"}), never: chance,
		why: "an engine imports leaves, its port and one client",
	},

	{
		of: []string{"shared/trust/secrets/managersecrets/..."}, may: join(leaves, trust, sdk, jsonTools), never: chance,
		why: "managersecrets adds one SDK client to trust",
	},
	{
		of: []string{"shared/trust/vault/kmswrapper"}, may: join(leaves, sdk, []string{"shared/trust/vault", "shared/trust/secrets"}), never: chance,
		why: "kmswrapper adds one SDK client to the vault",
	},
	{
		of: []string{"shared/trust/vault/wrappertest"}, may: join(leaves, testing, []string{"shared/trust/vault"}), never: chance,
		why: "a conformance suite knows the port, never a wrapper",
	},
	{
		of: []string{"shared/trust/auth/..."}, may: join(leaves, jsonTools, []string{"shared/trust/auth/...", "github.com/tink-crypto/tink-go/v2/...", "golang.org/x/crypto/argon2"}),
		never: join(chance, []string{"net", "net/http/...", "os", "os/..."}), why: "whatever a token names, its verifier can reach nothing: no network, no file",
	},
	{
		of:  []string{"shared/trust/..."},
		may: join(leaves, ports, trust, jsonTools, []string{"github.com/tink-crypto/tink-go/v2/...", "golang.org/x/crypto/argon2"}), never: chance,
		why: "trust imports leaves, storage ports, Tink and argon2",
	},

	{
		of: []string{"shared/workflow/batch/rows", "shared/workflow/batch/source", "shared/workflow/batch/tally", "shared/workflow/batch/chunks", "shared/workflow/batch/stream"},
		may: join(leaves, insight, jsonTools, []string{
			"shared/workflow/batch/rows", "shared/workflow/batch/source", "shared/workflow/batch/tally", "shared/workflow/batch/chunks",
		}),
		never: join(chance, []string{"os", "net/http"}), why: "a file is read, cut and analysed without knowing where anything is kept",
	},
	{of: []string{"shared/workflow/batch/keys"}, may: leaves, never: join(chance, []string{"os", "net/http"}), why: "names of things need none of the things"},
	{
		of: []string{"shared/workflow/..."}, may: join(leaves, insight, ports, trust, jsonTools, []string{"shared/workflow/..."}),
		never: join(chance, []string{"os", "net/http"}), why: "workflow imports leaves, insight, storage ports and trust",
	},

	{
		of: []string{"shared/edge/lambdahttp/..."}, never: chance,
		may: join(leaves, lambda, []string{"shared/trust/auth/...", "shared/edge/...", "github.com/awslabs/aws-lambda-go-api-proxy/..."}),
		why: "only lambdahttp knows the proxy adapter, and it knows no domain",
	},
	{
		of: []string{"shared/edge/httpapi/cors", "shared/edge/httpapi/paging"}, may: leaves, never: chance,
		why: "who may read an answer, and how a list is paged, is decided without huma",
	},
	{
		of:  []string{"shared/edge/httpapi/exchange", "shared/edge/httpapi/problem/...", "shared/edge/httpapi/idempotency"},
		may: join(leaves, jsonTools, []string{"shared/trust/auth", "shared/storage/table", "shared/edge/capture", "shared/edge/httpapi/exchange", "shared/edge/httpapi/problem"}),
		why: "what is answered instead of an operation is made without huma", never: chance,
	},
	{
		of: []string{"shared/edge/httpapi/fields"}, may: join(leaves, jsonTools, huma), never: chance,
		why: "what huma finds is put into our words without knowing the request",
	},
	{
		of: []string{"shared/edge/httpapi/..."}, never: chance,
		may: join(leaves, huma, jsonTools, []string{"shared/trust/auth/...", "shared/edge/...", "shared/storage/table"}),
		why: "httpapi imports leaves, auth, huma, and the table port for idempotency",
	},
	{
		of: []string{"shared/edge/awsconfig"}, may: join(leaves, sdk), never: chance,
		why: "awsconfig turns settings into the SDK's configuration, and knows no service",
	},
	{
		// Every function needs its secrets before it serves, and which Source they come from depends on the stage: this is the
		// one adapter that mains do not name themselves.
		of: []string{"shared/edge/coldstart"}, never: chance,
		may: join(leaves, sdk, []string{
			"shared/trust/secrets", "shared/trust/secrets/envsecrets", "shared/trust/secrets/managersecrets", "shared/edge/awsconfig",
			"shared/edge/lambdaevent", "shared/edge/lambdalog",
		}),
		why: "coldstart opens the secrets and no other adapter, and carries no HTTP stack",
	},
	{
		of: []string{"shared/edge/coldstart/httpstart"}, never: chance,
		may: join(leaves, []string{"shared/edge/coldstart", "shared/edge/httpapi/...", "shared/edge/lambdahttp", "shared/storage/table", "shared/trust/audit"}),
		why: "httpstart adds the HTTP conventions to coldstart, and the table port for idempotency and audit",
	},
	{
		of: []string{"shared/edge/..."}, may: join(leaves, lambda, jsonTools, []string{"shared/trust/auth/...", "shared/edge/..."}), never: chance,
		why: "edge imports leaves, auth and the Lambda runtime",
	},
	{
		of: []string{"shared/testkit/..."}, may: join([]string{"shared/..."}, testing, lambda, sdk), never: chance,
		why: "testkit serves tests and imports no function",
	},

	{
		of: []string{"functions/*/handler/..."}, never: chance,
		may: join(leaves, insight, ports, trust, huma, events, jsonTools, []string{
			"shared/workflow/...", "shared/edge/httpapi/...", "shared/edge/lambdaevent/...", "shared/edge/lambdahttp/...",
		}),
		why: "a handler meets ports, never adapters, SDK clients or other functions",
	},
	{
		of: []string{"functions/*"}, may: join([]string{".", "shared/..."}, lambda, sdk), never: chance,
		why: "a main wires its own handler, and no other function",
	},

	{
		of: []string{"infra/local/..."}, may: join([]string{".", "shared/...", "functions/*/handler", "infra/local/...", "github.com/tink-crypto/tink-go/v2/prf"}, lambda, huma, jsonTools), never: chance,
		why: "the laptop mounts handlers on the laptop's adapters",
	},
	{
		of: []string{"infra/gen/..."}, may: join([]string{"shared/...", "functions/*/handler", "infra/gen/..."}, huma), never: chance,
		why: "gen reads the manifest and the handlers' types",
	},
	{of: []string{"infra/check/..."}, may: join(leaves, []string{"infra/check/..."}), why: "checks judge the tree from outside"},
	{
		of: []string{"infra/train/..."}, may: join(insight, jsonTools, []string{"infra/train/...", "gonum.org/v1/gonum/...", "github.com/jonreiter/govader"}),
		why: "training feeds insight and serves nothing",
	},
	{of: []string{"infra/evidence/auditchain"}, never: chance, why: "the verifier of audit chains shares no code with what writes them: standard library only"},
	{
		of: []string{"infra/pack/...", "infra/evidence/...", "infra/runtimeapi/...", "infra/samlocal"}, may: join(leaves, []string{"infra/..."}), never: chance,
		why: "tools work on what was built, not in it",
	},
	{
		of: []string{"infra/redrive"}, may: join(leaves, ports, []string{"shared/storage/queue/sqsqueue", "shared/edge/awsconfig"}), never: chance,
		why: "a redrive moves messages between queues and knows nothing of them",
	},
	{of: []string{"infra/e2e"}, may: join([]string{"shared/...", "infra/..."}, sdk), never: chance, why: "the end to end proof drives what was deployed from outside"},
}

// testBan keeps tests from reaching up. Otherwise tests are free: real adapters are better than fakes.
type testBan struct {
	of, never []string
	why       string
}

var testBans = []testBan{
	{[]string{"shared/..."}, []string{"functions/...", "infra/..."}, "shared never imports functions or infra, tests included"},
	{[]string{"functions/..."}, []string{"functions/...", "infra/..."}, "functions never import functions"},
}

// callBan keeps calls out of places whose imports are otherwise lawful.
type callBan struct {
	functions []string
	in        []string
	except    []string
	mains     bool // package main may
	why       string
}

var callBans = []callBan{
	{
		functions: []string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "syscall.Getenv"},
		in:        []string{"shared/...", "functions/...", "infra/..."},
		except:    []string{"shared/env", "infra/local/...", "shared/storage/mutant", "shared/testkit/..."}, mains: true, // two that start processes of tests
		why: "only shared/env, infra/local and mains read the environment",
	},
	{
		functions: []string{"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.Tick", "time.NewTimer", "time.NewTicker"},
		in:        []string{"shared/insight/...", "shared/workflow/..."},
		why:       "domain code takes the time as an argument",
	},
	{
		functions: []string{"os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln"},
		in:        []string{"shared/...", "functions/*/handler/..."},
		why:       "only a main ends the process",
	},
}

var bannedNames = []string{"util", "utils", "common", "helper", "helpers", "types", "models", "base", "misc", "manager"}
