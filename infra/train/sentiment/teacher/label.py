"""Writes what a fitted teacher says of texts: three probabilities each, positive, negative, neutral, as 16-bit integers; zeros for others.

    python label.py --texts DIR/texts.jsonl.gz --teacher DIR/bge.pt --tokenizer tokenizer.json --out DIR/bge.bin

It writes as it goes, shortest first, so that labels that are cut short are still good; --first N begins behind the first N texts.
Then mean.py makes one file of what several teachers said.
"""

import argparse
import gzip
import json
import time

import numpy
import torch
from encoder import CLASSES, Encoder
from fit import LONGEST, padded
from tokenizers import Tokenizer

TOKENS = 2048  # of a batch


def main():
    flags = argparse.ArgumentParser()
    for name in ("texts", "teacher", "tokenizer", "out"):
        flags.add_argument("--" + name, required=True)
    flags.add_argument("--but", action="append", default=[], help="sources that are left unlabelled")
    flags.add_argument("--only", action="append", default=[], help="sources that are labelled, if not all")
    flags.add_argument("--first", type=int, default=0, help="texts that come last")
    flags.add_argument("--part", type=int, default=0, help="which of so many --parts, each a process of its own")
    flags.add_argument("--parts", type=int, default=1)
    flags = flags.parse_args()

    tokenizer = Tokenizer.from_file(flags.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    rows = [json.loads(line) for line in gzip.open(flags.texts, "rt", encoding="utf-8")]
    ids = [code.ids for code in tokenizer.encode_batch([row["text"] for row in rows])]
    net = Encoder(0)
    net.load_state_dict(torch.load(flags.teacher, weights_only=True))
    net.eval()
    # Whole numbers of eight bits label twice as fast; the labels move by less than the teacher errs.
    net = torch.ao.quantization.quantize_dynamic(net, {torch.nn.Linear}, dtype=torch.qint8)
    said = numpy.zeros((len(ids), CLASSES), "<u2")
    order = [i for i, row in enumerate(rows) if row["source"] not in flags.but and (not flags.only or row["source"] in flags.only)]
    order = sorted(order[flags.part::flags.parts], key=lambda i: (i < flags.first, len(ids[i])))
    began = written = time.time()
    with torch.inference_mode():
        begin = 0
        while begin < len(order):
            batch = order[begin:begin + TOKENS // len(ids[order[begin]])]
            share = torch.softmax(net(*padded([ids[i] for i in batch])), 1).numpy()
            said[batch] = numpy.rint(share * 65535)
            begin += len(batch)
            if time.time() > written + 20 or begin == len(order):
                said.tofile(flags.out)
                written = time.time()
                print(f"{begin} of {len(order)} {begin / (written - began):.0f} rows/s", flush=True)


if __name__ == "__main__":
    main()
