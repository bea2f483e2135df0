package manifest

import "time"

// api are the functions behind the gateway: the one that it asks about every request, and those that answer.
var api = []Function{
	{
		Name: "authorizer", Summary: "Verifies the bearer token of every request",
		MemoryMB: 256, Timeout: 5 * time.Second, Env: with(everywhere, "TABLE_NAME"), Authorizer: true,
		Grants: []Grant{{Secrets, Read, "verify access tokens"}, {Table, Read, "whether token and principal still count"}},
	},
	{
		Name: "token", Summary: "Issues and revokes tokens",
		MemoryMB: 512, Timeout: 10 * time.Second, Env: with(behindGateway, "TABLE_NAME"),
		Grants: []Grant{
			{Secrets, Read, "sign access tokens, check clients' secrets"},
			{Table, ReadWrite, "check and change passwords, keep sessions, count failures"},
		},
		Routes: []Route{
			{
				OperationID: "createToken", Method: "POST", Path: "/v1/oauth/token", Summary: "Exchange a secret, a password or a refresh token for an access token",
				Tag: "Identity", Throttle: Throttle{RatePerSecond: 50, Burst: 100}, MaxBodyBytes: 8 * kilobyte, Success: 200, ContentType: form,
				Unaudited: "who asks is not known yet, and what a token is used for leaves its own records",
			},
			{
				OperationID: "changePassword", Method: "POST", Path: "/v1/oauth/password", Summary: "Change one's own password, and sign in with the new one",
				Tag: "Identity", Throttle: Throttle{RatePerSecond: 50, Burst: 100}, MaxBodyBytes: 8 * kilobyte, Success: 200, ContentType: form,
				Unaudited: "who asks is not known yet; a password that is changed leaves a record of its own",
			},
			{
				OperationID: "revokeToken", Method: "POST", Path: "/v1/oauth/revoke", Summary: "Take back an access token, or a refresh token with its session",
				Tag: "Identity", Throttle: Throttle{RatePerSecond: 50, Burst: 100}, MaxBodyBytes: 8 * kilobyte, Success: 200, ContentType: form,
				Unaudited: "whoever holds a token may take it back, and can do nothing with it then",
			},
		},
	},
	{
		Name: "principals", Summary: "Adds people and clients and changes what they may do",
		MemoryMB: 512, Timeout: 10 * time.Second, Env: with(behindGateway, "TABLE_NAME"),
		Grants: []Grant{
			{Secrets, Read, "seal usernames, find them by pseudonym"},
			{Table, ReadWrite, "keep people and clients"},
		},
		Routes: []Route{
			{
				OperationID: "createPrincipal", Method: "POST", Path: "/v1/principals", Summary: "Add a person or a client",
				Tag: "Identity", Scope: ScopePrincipals, MaxBodyBytes: 8 * kilobyte, Success: 201, Audited: true,
			},
			{
				OperationID: "listPrincipals", Method: "GET", Path: "/v1/principals", Summary: "List the tenant's people and clients",
				Tag: "Identity", Scope: ScopePrincipalsRead, Success: 200, Audited: true,
			},
			{
				OperationID: "getPrincipal", Method: "GET", Path: "/v1/principals/{principalId}", Summary: "Show a person or a client",
				Tag: "Identity", Scope: ScopePrincipalsRead, Success: 200, Audited: true,
			},
			{
				OperationID: "updatePrincipal", Method: "PATCH", Path: "/v1/principals/{principalId}",
				Summary: "Disable a principal, change its roles, or give it a new secret",
				Tag:     "Identity", Scope: ScopePrincipals, MaxBodyBytes: 8 * kilobyte, Success: 200, Audited: true,
			},
		},
	},
	{
		Name: "sentiment", Summary: "Analyses messages and conversations",
		MemoryMB: 1024, Timeout: 25 * time.Second, Env: with(behindGateway, "TABLE_NAME"),
		Grants: []Grant{
			{Secrets, Read, "required at start of every function"},
			{Table, Read, "how the engine is set for a tenant"},
		},
		Routes: []Route{
			{
				OperationID: "analyzeMessages", Method: "POST", Path: "/v1/sentiment", Summary: "Analyse up to 1,000 messages",
				Tag: "Insight", Scope: ScopeAnalyze, MaxBodyBytes: megabyte, Success: 200,
				Unaudited: "keeps nothing, and shows nothing but what the caller brought",
			},
			{
				OperationID: "analyzeConversation", Method: "POST", Path: "/v1/conversations", Summary: "Score a conversation turn by turn",
				Tag: "Insight", Scope: ScopeAnalyze, MaxBodyBytes: megabyte, Success: 200,
				Unaudited: "keeps nothing, and shows nothing but what the caller brought",
			},
		},
	},
	{
		Name: "privacy", Summary: "Takes personal data out of texts, and makes an end of a person's data",
		MemoryMB: 1024, Timeout: 25 * time.Second, Env: with(behindGateway, "TABLE_NAME", "KEYS_TABLE_NAME", "SUBJECTS_KEY_ID", KeepOriginals.Setting),
		Grants: []Grant{
			{Secrets, Read, "name people by pseudonyms, unwrap keys that were not moved to KMS yet"},
			{Table, ReadWrite, "keep what stands behind pseudonyms, and the audit chain"},
			{Keys, ReadWrite, "make, read and destroy people's keys"},
			{SubjectsKey, ReadWrite, "wrap and unwrap people's keys"},
		},
		Routes: []Route{
			{
				OperationID: "detectPII", Method: "POST", Path: "/v1/privacy/detect", Summary: "Find personal data in up to 1,000 texts",
				Tag: "Privacy", Scope: ScopeDetect, MaxBodyBytes: megabyte, Success: 200,
				Unaudited: "keeps nothing, and shows nothing but what the caller brought",
			},
			{
				OperationID: "anonymiseTexts", Method: "POST", Path: "/v1/privacy/anonymise", Summary: "Take personal data out of up to 1,000 texts",
				Tag: "Privacy", Scope: ScopeDetect, MaxBodyBytes: megabyte, Success: 200,
				Unaudited: "what it is asked to keep leaves a record of its own; the rest is the caller's",
			},
			{
				OperationID: "restoreTexts", Method: "POST", Path: "/v1/privacy/restore", Summary: "Put the originals back in the place of pseudonyms",
				Tag: "Privacy", Scope: ScopeRestore, MaxBodyBytes: megabyte, Success: 200, Audited: true,
			},
			{
				OperationID: "eraseSubject", Method: "DELETE", Path: "/v1/subjects/{subjectId}", Summary: "Erase a person's data for good",
				Tag: "Subjects", Scope: ScopeErase, Success: 200, Audited: true,
			},
			{
				OperationID: "exportSubject", Method: "GET", Path: "/v1/subjects/{subjectId}/export", Summary: "Give out everything that is held of a person",
				Tag: "Subjects", Scope: ScopeExport, Success: 200, Audited: true,
			},
			{
				OperationID: "holdSubject", Method: "PUT", Path: "/v1/subjects/{subjectId}/hold", Summary: "Place a legal hold on a person's data",
				Tag: "Subjects", Scope: ScopeHold, MaxBodyBytes: 8 * kilobyte, Success: 200, Audited: true,
			},
			{
				OperationID: "releaseSubject", Method: "DELETE", Path: "/v1/subjects/{subjectId}/hold", Summary: "Release a legal hold",
				Tag: "Subjects", Scope: ScopeHold, Success: 204, Audited: true,
			},
		},
	},
	{
		Name: "batches", Summary: "Takes files for analysis and serves their progress and results",
		MemoryMB: 512, Timeout: 25 * time.Second, Env: with(behindGateway, "TABLE_NAME", "UPLOADS_BUCKET", "RESULTS_BUCKET"),
		Grants: []Grant{
			{Secrets, Read, "required at start of every function"},
			{Table, ReadWrite, "record batches, read chunk deltas"},
			{Uploads, Presign, "hand out upload addresses"},
			{Results, Read, "page through results and rejected rows"},
		},
		Routes: []Route{
			{
				OperationID: "createBatch", Method: "POST", Path: "/v1/batches", Summary: "Announce a file and get an address to upload it to",
				Tag: "Batches", Scope: ScopeBatches, MaxBodyBytes: 8 * kilobyte, Success: 201, Idempotent: true,
				Audited: true,
			},
			{
				OperationID: "listBatches", Method: "GET", Path: "/v1/batches", Summary: "List batches, newest first",
				Tag: "Batches", Scope: ScopeBatchesRead, Success: 200,
				Unaudited: "shows names and states of files, nothing of what is in them",
			},
			{
				OperationID: "getBatch", Method: "GET", Path: "/v1/batches/{batchId}", Summary: "Show a batch's progress and summary",
				Tag: "Batches", Scope: ScopeBatchesRead, Success: 200,
				Unaudited: "shows counts, nothing that a customer wrote",
			},
			{
				OperationID: "listBatchResults", Method: "GET", Path: "/v1/batches/{batchId}/results", Summary: "Page through analysed rows",
				Tag: "Batches", Scope: ScopeBatchesRead, Success: 200,
				Audited: true,
			},
			{
				OperationID: "listBatchErrors", Method: "GET", Path: "/v1/batches/{batchId}/errors", Summary: "Page through rejected rows",
				Tag: "Batches", Scope: ScopeBatchesRead, Success: 200,
				Unaudited: "shows line numbers and reasons, nothing of the rows",
			},
		},
	},
	{
		Name: "audit", Summary: "Shows and verifies the audit chain",
		MemoryMB: 512, Timeout: 25 * time.Second, Env: with(behindGateway, "TABLE_NAME", "CHECKPOINTS_BUCKET", KeepAudit.Setting),
		Grants: []Grant{
			{Secrets, Read, "compute pseudonyms to look for"},
			{Table, ReadWrite, "read the chain, record who read it"},
			{Checkpoints, Read, "hold the chain to its checkpoints"},
		},
		Routes: []Route{
			{
				OperationID: "listAuditRecords", Method: "GET", Path: "/v1/audit", Summary: "List audit records, newest first",
				Tag: "Audit", Scope: ScopeAuditRead, Success: 200, Audited: true,
			},
			{
				OperationID: "verifyAudit", Method: "GET", Path: "/v1/audit/verify", Summary: "Recompute the audit chain and hold it to its checkpoints",
				Tag: "Audit", Scope: ScopeAuditRead, Success: 200, Audited: true,
			},
			{
				OperationID: "exportAudit", Method: "GET", Path: "/v1/audit/export", Summary: "Hand out audit records for others to verify",
				Tag: "Audit", Scope: ScopeAuditRead, Success: 200, Audited: true,
			},
		},
	},
	{
		Name: "categories", Summary: "Keeps tenants' own categories and tries them on what was analysed before",
		MemoryMB: 1024, Timeout: 25 * time.Second, Env: with(behindGateway, "TABLE_NAME", "RESULTS_BUCKET"),
		Grants: []Grant{
			{Secrets, Read, "required at start of every function"},
			{Table, ReadWrite, "keep categories and their versions, and the audit chain"},
			{Results, Read, "read the rows that a back-test matches"},
		},
		Routes: []Route{
			{
				OperationID: "putCategory", Method: "PUT", Path: "/v1/categories/{name}", Summary: "Make a category, or its next version",
				Tag: "Categories", Scope: ScopeCategories, MaxBodyBytes: 256 * kilobyte, Success: 200, Audited: true,
			},
			{
				OperationID: "getCategory", Method: "GET", Path: "/v1/categories/{name}", Summary: "Show a category, or an earlier version of it",
				Tag: "Categories", Scope: ScopeCategoriesRead, Success: 200,
				Unaudited: "shows a rule, nothing that a customer wrote",
			},
			{
				OperationID: "listCategories", Method: "GET", Path: "/v1/categories", Summary: "List categories by name",
				Tag: "Categories", Scope: ScopeCategoriesRead, Success: 200,
				Unaudited: "shows rules, nothing that a customer wrote",
			},
			{
				OperationID: "deleteCategory", Method: "DELETE", Path: "/v1/categories/{name}", Summary: "Delete a category",
				Tag: "Categories", Scope: ScopeCategories, Success: 204, Audited: true,
			},
			{
				OperationID: "backtestCategory", Method: "POST", Path: "/v1/categories/{name}/backtest", Summary: "Try a category on what was analysed before",
				Tag: "Categories", Scope: ScopeCategoriesRead, MaxBodyBytes: 8 * kilobyte, Success: 200, Audited: true,
			},
		},
	},
	{
		Name: "settings", Summary: "Fits the engines to tenants' own messages",
		MemoryMB: 1024, Timeout: 25 * time.Second, Env: with(behindGateway, "TABLE_NAME"),
		Grants: []Grant{
			{Secrets, Read, "required at start of every function"},
			{Table, ReadWrite, "keep settings and their versions, and the audit chain"},
		},
		Routes: []Route{
			{
				OperationID: "getSentimentSettings", Method: "GET", Path: "/v1/settings/sentiment", Summary: "Show how sentiment is set, or was in an earlier version",
				Tag: "Settings", Scope: ScopeSettingsRead, Success: 200,
				Unaudited: "shows numbers, nothing that a customer wrote",
			},
			{
				OperationID: "putSentimentSettings", Method: "PUT", Path: "/v1/settings/sentiment", Summary: "Set the offsets of sentiment by hand, or take them away",
				Tag: "Settings", Scope: ScopeSettings, MaxBodyBytes: 8 * kilobyte, Success: 200, Audited: true,
			},
			{
				OperationID: "calibrateSentiment", Method: "POST", Path: "/v1/settings/sentiment/calibrate",
				Summary: "Fit sentiment to labelled messages, and show before and after",
				Tag:     "Settings", Scope: ScopeSettings, MaxBodyBytes: megabyte, Success: 200, Audited: true,
			},
		},
	},
	{
		Name: "health", Summary: "Tells whether the service lives and is ready, and describes its API",
		MemoryMB: 256, Timeout: 10 * time.Second, Env: with(behindGateway, "TABLE_NAME"),
		Grants: []Grant{
			{Secrets, Read, "readiness includes the secrets"},
			{Table, Read, "readiness includes the table"},
		},
		Routes: []Route{
			{OperationID: "getLiveness", Method: "GET", Path: "/health/live", Summary: "Whether the process lives", Tag: "Health", Success: 200, Unaudited: public},
			{OperationID: "getReadiness", Method: "GET", Path: "/health/ready", Summary: "Whether its dependencies answer", Tag: "Health", Success: 200, Unaudited: public},
			{OperationID: "getOpenAPI", Method: "GET", Path: "/openapi.json", Summary: "This API, as an OpenAPI 3.1 document", Tag: "Health", Success: 200, Unaudited: public},
		},
	},
}

const (
	kilobyte = 1 << 10
	megabyte = 1 << 20
	form     = "application/x-www-form-urlencoded"
)

const public = "public, and the same for everybody"
