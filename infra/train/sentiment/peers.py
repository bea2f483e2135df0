"""Times vaderSentiment and TextBlob on the messages of the Go benchmark. A peer that is not installed is said to be so."""

import pathlib
import time

LINES = pathlib.Path(__file__).with_name("messages.txt").read_text(encoding="utf-8").splitlines()


def vader():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer().polarity_scores


def blob():
    from textblob import TextBlob

    return lambda text: TextBlob(text).sentiment


for name, load in (("vaderSentiment", vader), ("TextBlob", blob)):
    try:
        analyse = load()
    except ImportError:
        print(f"{name}: not run, the Python package is not installed")
        continue
    analyse(LINES[0])
    fastest = float("inf")
    for _ in range(20):
        began = time.perf_counter()
        for line in LINES:
            analyse(line)
        fastest = min(fastest, time.perf_counter() - began)
    print(f"{name}: {fastest / len(LINES) * 1e6:.1f} us a message")
