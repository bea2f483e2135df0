"""Fits the teacher: bge-small-en-v1.5 on the texts that people labelled, one source left out of it altogether.

    python fit.py --texts DIR/texts.jsonl.gz --onnx bge-small-en-v1.5.onnx --out DIR/teacher.pt

The source that is left out shows, at the student, what all this is worth where nobody labelled anything.
"""

import argparse
import gzip
import json
import random
import time

import torch
from encoder import Encoder
from tokenizers import Tokenizer
from torch.nn import functional as F

LONGEST = 56
BATCH = 32
CLASS_WEIGHTS = torch.tensor([0.85, 1.10, 1.15])  # positive, negative, neutral
WEIGHTS = {"goemotions-train": 0.5, "requests": 0.7, "statements": 0.5, "customer": 0.7}
SHARES = {"goemotions-train": 0.33, "requests": 0.35, "statements": 0.5, "uci": 0}


def batches(rows, shuffle):
    """Batches of texts of like length, in random order: little of a batch is padding."""
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    for begin in range(0, len(order), 50 * BATCH):
        block = sorted(order[begin:begin + 50 * BATCH], key=lambda i: len(rows[i]["ids"]))
        cut = [block[i:i + BATCH] for i in range(0, len(block), BATCH)]
        shuffle.shuffle(cut)
        yield from cut


def padded(ids):
    longest = max(map(len, ids))
    return (torch.tensor([i + [0] * (longest - len(i)) for i in ids]),
            torch.tensor([[1] * len(i) + [0] * (longest - len(i)) for i in ids]))


def main():
    flags = argparse.ArgumentParser()
    for name in ("texts", "onnx", "tokenizer", "out"):
        flags.add_argument("--" + name, required=True)
    flags.add_argument("--epochs", type=int, default=1)
    flags.add_argument("--rate", type=float, default=8e-5)
    flags = flags.parse_args()

    shuffle = random.Random(1)
    torch.manual_seed(1)
    tokenizer = Tokenizer.from_file(flags.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    rows = []
    for line in gzip.open(flags.texts, "rt", encoding="utf-8"):
        row = json.loads(line)
        if row["label"] >= 0 and shuffle.random() < SHARES.get(row["source"], 1):
            rows.append(row)
    for row, code in zip(rows, tokenizer.encode_batch([r["text"] for r in rows])):
        row["ids"] = code.ids
    net = Encoder.read(flags.onnx)
    net.words.weight.requires_grad = False  # the words of the student come from far more texts than these
    groups = [{"params": [*net.head.parameters()], "lr": 5 * flags.rate}]
    groups.append({"params": [p for part in (net.places, net.kinds, net.norm) for p in part.parameters()], "lr": 0.3 * flags.rate})
    for i, layer in enumerate(net.layers):
        groups.append({"params": [*layer.parameters()], "lr": flags.rate * 0.9 ** (len(net.layers) - 1 - i)})
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, foreach=True)
    steps = flags.epochs * ((len(rows) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / (0.06 * steps), max(0.0, (steps - s) / (0.94 * steps))))
    print(len(rows), "rows,", steps, "steps", flush=True)
    net.train()
    began, step, mean = time.time(), 0, 0.0
    for _ in range(flags.epochs):
        for batch in batches(rows, shuffle):
            chosen = [rows[i] for i in batch]
            logits = net(*padded([r["ids"] for r in chosen]))
            gold = torch.tensor([r["label"] for r in chosen])
            weight = torch.tensor([WEIGHTS.get(r["source"], 1.0) for r in chosen]) * CLASS_WEIGHTS[gold]
            loss = (F.cross_entropy(logits, gold, reduction="none", label_smoothing=0.05) * weight).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            mean += (loss.item() - mean) / min(step, 100)
            if step % 50 == 0:
                print(f"step {step} loss {mean:.3f} {step * BATCH / (time.time() - began):.1f} rows/s", flush=True)
            if step % 300 == 0:
                torch.save(net.state_dict(), flags.out + ".part")
    torch.save(net.state_dict(), flags.out)


if __name__ == "__main__":
    main()
