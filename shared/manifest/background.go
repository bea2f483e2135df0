package manifest

import "time"

// background are the functions that nobody waits for: a queue starts them, the clock, or Secrets Manager.
var background = []Function{
	{
		Name: "split-batch", Summary: "Cuts an uploaded file into chunks",
		MemoryMB: 1024, Timeout: 15 * time.Minute, Env: with(everywhere, "TABLE_NAME", "UPLOADS_BUCKET", "RESULTS_BUCKET", "CHUNKS_QUEUE_URL"),
		Grants: []Grant{
			{Secrets, Read, "required at start of every function"},
			{Table, ReadWrite, "record the batch and its number of chunks"},
			{Uploads, Read, "read the uploaded file"},
			{Uploads, Remove, "make an end of a file without rows"},
			{Results, ReadWrite, "write the chunks of compressed files"},
			{ChunksQueue, Send, "hand out the chunks"},
		},
		Queue: &QueueTrigger{Name: "uploads", BatchSize: 1, MaxConcurrency: 10, MaxReceiveCount: 5, Uploads: true},
	},
	{
		Name: "analyze-chunk", Summary: "Analyses one chunk of a file",
		MemoryMB: 1769, Timeout: 5 * time.Minute, Env: with(everywhere, "TABLE_NAME", "UPLOADS_BUCKET", "RESULTS_BUCKET"),
		Grants: []Grant{
			{Secrets, Read, "required at start of every function"},
			{Table, ReadWrite, "put the chunk's delta"},
			{Uploads, Read, "read the chunk's rows"},
			{Uploads, Remove, "make an end of the file with its last chunk"},
			{Results, ReadWrite, "read compressed chunks, write results and rejected rows"},
		},
		Queue: &QueueTrigger{Name: "chunks", BatchSize: 1, MaxConcurrency: 50, MaxReceiveCount: 5},
	},
	{
		Name: "rotate-keys", Summary: "Gives the secret document fresh keys",
		MemoryMB: 256, Timeout: 30 * time.Second, Env: everywhere, Rotation: true,
		Grants: []Grant{{Secrets, Rotate, "make the next keys, prove them, put them in force"}},
	},
	{
		Name: "purge-expired", Summary: "Makes an end of what may be kept no longer",
		MemoryMB: 512, Timeout: 10 * time.Minute,
		Env: with(everywhere, "TABLE_NAME", "KEYS_TABLE_NAME", "SUBJECTS_KEY_ID", "UPLOADS_BUCKET", "RESULTS_BUCKET", "CHECKPOINTS_BUCKET",
			KeepOriginals.Setting, KeepResults.Setting, KeepAudit.Setting),
		Grants: []Grant{
			{Secrets, Read, "unwrap keys that are moved to KMS, record each run"},
			{Table, ReadWrite, "remove what is over, keep the record of each run"},
			{Keys, ReadWrite, "finish erasures, retire keys with nothing under them"},
			{SubjectsKey, Write, "wrap the keys that are moved to KMS"},
			{Uploads, Remove, "make an end of files that were not analysed in time"},
			{Results, ReadWrite, "remove the results of old batches"},
			{Checkpoints, Read, "end no audit record that no checkpoint has fixed"},
		},
		Schedule: "rate(1 hour)",
	},
	{
		Name: "checkpoint-audit", Summary: "Fixes audit chains in storage that is written once",
		MemoryMB: 512, Timeout: 5 * time.Minute, Env: with(everywhere, "TABLE_NAME", "CHECKPOINTS_BUCKET"),
		Grants: []Grant{
			{Secrets, Read, "required at start of every function"},
			{Table, ReadWrite, "read the chains, note how far they are fixed"},
			{Checkpoints, Add, "write the checkpoints"},
		},
		Schedule: "rate(1 hour)",
	},
}
