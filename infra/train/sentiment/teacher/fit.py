"""Fits a teacher: an encoder on the texts that people labelled, one source left out of it altogether.

    python fit.py --texts DIR/texts.jsonl.gz --said DIR/first.bin --onnx bge-small-en-v1.5.onnx --tokenizer tokenizer.json \
        --minutes 55 --frozen 4 --seed 2 --out DIR/bge.pt

The source that is left out shows, at the student, what all this is worth where nobody labelled anything.
"""

import argparse
import gzip
import json
import random
import time

import numpy
import torch
from encoder import CLASSES, Encoder
from tokenizers import Tokenizer
from torch.nn import functional as F

LONGEST = 56
BATCH = 32
CLASS_WEIGHTS = torch.tensor([0.85, 1.10, 1.15])  # positive, negative, neutral
WEIGHTS = {"goemotions-train": 0.5, "requests": 0.7, "statements": 0.5, "customer": 0.7}
SMOOTHING = 0.05
SAID = 0.5  # of an earlier teacher, beside people
OURS = {"customer", "statements"}
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


def target(row, said):
    """What is learnt of a row: what people said, smoothed, and what the earlier teacher said, but of rows whose making says what is right."""
    gold = F.one_hot(torch.tensor(row["label"]), CLASSES) * CLASS_WEIGHTS
    if said is None or row["source"] in OURS:
        return (1 - SMOOTHING) * gold + SMOOTHING * CLASS_WEIGHTS[row["label"]] / CLASSES
    return (1 - SAID) * gold + SAID * said


def main():
    flags = argparse.ArgumentParser()
    for name in ("texts", "onnx", "tokenizer", "out"):
        flags.add_argument("--" + name, required=True)
    flags.add_argument("--said", help="what an earlier teacher said of the same texts: half of what is learnt of other people's rows")
    flags.add_argument("--minutes", type=float, required=True, help="how long to learn; the rate falls to nothing with them")
    flags.add_argument("--frozen", type=int, default=0, help="how many of the lowest layers stay as they were published")
    flags.add_argument("--seed", type=int, default=1)
    flags.add_argument("--rate", type=float, default=8e-5)
    flags = flags.parse_args()

    shuffle = random.Random(flags.seed)
    torch.manual_seed(flags.seed)
    tokenizer = Tokenizer.from_file(flags.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    rows = []
    said = numpy.fromfile(flags.said, "<u2").reshape(-1, CLASSES) / 65535 if flags.said else None
    for i, line in enumerate(gzip.open(flags.texts, "rt", encoding="utf-8")):
        row = json.loads(line)
        if row["label"] >= 0 and shuffle.random() < SHARES.get(row["source"], 1):
            row["target"] = target(row, None if said is None else torch.tensor(said[i], dtype=torch.float32))
            rows.append(row)
    for row, code in zip(rows, tokenizer.encode_batch([r["text"] for r in rows])):
        row["ids"] = code.ids
    net = Encoder.read(flags.onnx)
    net.words.weight.requires_grad = False  # the words of the student come from far more texts than these
    groups = [{"params": [*net.head.parameters()], "lr": 5 * flags.rate}]
    below = [*net.places.parameters(), *net.kinds.parameters(), *net.norm.parameters()]
    if flags.frozen:
        for p in [*below, *net.layers[:flags.frozen].parameters()]:
            p.requires_grad = False
    else:
        groups.append({"params": below, "lr": 0.3 * flags.rate})
    for i, layer in enumerate(net.layers[flags.frozen:], flags.frozen):
        groups.append({"params": [*layer.parameters()], "lr": flags.rate * 0.9 ** (len(net.layers) - 1 - i)})
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    began, gone = time.time(), 0.0  # gone: what part of the time is over
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: min((gone + 0.001) / 0.06, max(0.0, (1 - gone) / 0.94)))
    print(len(rows), "rows", flush=True)
    net.train()
    step, learnt, mean = 0, 0, 0.0
    while gone < 1:
        for batch in batches(rows, shuffle):
            chosen = [rows[i] for i in batch]
            logits = net(*padded([r["ids"] for r in chosen]))
            weight = torch.tensor([WEIGHTS.get(r["source"], 1.0) for r in chosen])
            loss = -((torch.stack([r["target"] for r in chosen]) * F.log_softmax(logits, 1)).sum(1) * weight).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 1.0)
            optimizer.step()
            schedule.step()
            step, learnt = step + 1, learnt + len(batch)
            mean += (loss.item() - mean) / min(step, 100)
            gone = (time.time() - began) / 60 / flags.minutes
            if step % 20 == 0:
                print(f"step {step} loss {mean:.3f} {learnt} rows, {learnt / (time.time() - began):.1f} a second, {gone:.0%} of the time", flush=True)
            if step % 100 == 0:
                torch.save(net.state_dict(), flags.out + ".part")
            if gone >= 1:
                break
    torch.save(net.state_dict(), flags.out)


if __name__ == "__main__":
    main()
