"""Writes what the fitted teacher says of every text: three probabilities each, positive, negative, neutral, as 16-bit integers.

    python label.py --texts DIR/texts.jsonl.gz --teacher DIR/teacher.pt --tokenizer tokenizer.json --out DIR/labels.bin
"""

import argparse
import gzip
import hashlib
import json
import time

import numpy
import torch
from encoder import CLASSES, Encoder
from fit import LONGEST, padded
from tokenizers import Tokenizer

TOKENS = 4096  # of a batch


def main():
    flags = argparse.ArgumentParser()
    for name in ("texts", "teacher", "tokenizer", "out"):
        flags.add_argument("--" + name, required=True)
    flags = flags.parse_args()

    tokenizer = Tokenizer.from_file(flags.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    texts = [json.loads(line)["text"] for line in gzip.open(flags.texts, "rt", encoding="utf-8")]
    ids = [code.ids for code in tokenizer.encode_batch(texts)]
    net = Encoder(0)
    net.load_state_dict(torch.load(flags.teacher, weights_only=True))
    net.eval()
    # Whole numbers of eight bits label twice as fast; the labels move by less than the teacher errs.
    net = torch.ao.quantization.quantize_dynamic(net, {torch.nn.Linear}, dtype=torch.qint8)
    said = numpy.zeros((len(ids), CLASSES), "<u2")
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    began = time.time()
    with torch.inference_mode():
        begin = 0
        while begin < len(order):
            batch = order[begin:begin + TOKENS // len(ids[order[begin]])]
            share = torch.softmax(net(*padded([ids[i] for i in batch])), 1).numpy()
            said[batch] = numpy.rint(share * 65535)
            begin += len(batch)
            print(f"{begin} of {len(order)} {begin / (time.time() - began):.0f} rows/s", flush=True)
    with open(flags.out, "wb") as file:
        file.write(said.tobytes())
    print("sha256", hashlib.sha256(said.tobytes()).hexdigest())


if __name__ == "__main__":
    main()
