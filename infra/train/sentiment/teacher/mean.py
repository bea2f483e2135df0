"""Makes one file of what several teachers said: of each text the mean over those that labelled it, then the checksum of the texts.

    python mean.py --texts DIR/texts.jsonl.gz --out DIR/labels.bin DIR/first.bin DIR/second-0.bin DIR/second-1.bin
"""

import argparse
import gzip
import hashlib

import numpy
from encoder import CLASSES


def main():
    flags = argparse.ArgumentParser()
    for name in ("texts", "out"):
        flags.add_argument("--" + name, required=True)
    flags.add_argument("said", nargs="+")
    flags = flags.parse_args()

    each = [numpy.fromfile(path, "<u2").reshape(-1, CLASSES).astype(float) for path in flags.said]
    total = numpy.zeros((max(map(len, each)), CLASSES))
    for one in each:
        total[:len(one)] += one
    whole = total.sum(1, keepdims=True)
    assert whole.min() > 0, f"{(whole == 0).sum()} texts have no label"
    said = numpy.rint(total / whole * 65535).astype("<u2")
    with gzip.open(flags.texts) as texts:
        held = said.tobytes() + hashlib.sha256(texts.read()).digest()
    with open(flags.out, "wb") as file:
        file.write(held)
    print(len(said), "texts, sha256", hashlib.sha256(held).hexdigest())


if __name__ == "__main__":
    main()
