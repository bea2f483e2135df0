"""Times the peers in Python on the messages of the Go benchmark: vaderSentiment and TextBlob for sentiment, Presidio for personal data.

    pip install vaderSentiment textblob presidio-analyzer

A peer that is not installed is said to be so. Presidio runs with its patterns on a blank pipeline, and with spaCy's small English
model, too, where that is installed.
"""

import logging
import pathlib
import time

LINES = pathlib.Path(__file__).with_name("messages.txt").read_text(encoding="utf-8").splitlines()


def vader():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer().polarity_scores


def blob():
    from textblob import TextBlob

    return lambda text: TextBlob(text).sentiment


def presidio(pipeline):
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)

    class Engine(SpacyNlpEngine):
        def load(self):
            self.nlp = {"en": pipeline()}

    engine = Engine()
    engine.load()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    return lambda text: analyzer.analyze(text, language="en")


def blank():
    import spacy

    return spacy.blank("en")


def small():
    import spacy

    try:
        return spacy.load("en_core_web_sm")
    except OSError as missing:
        raise ImportError from missing


for name, load, rounds in (
    ("vaderSentiment", vader, 20),
    ("TextBlob", blob, 20),
    ("Presidio, patterns alone", lambda: presidio(blank), 5),
    ("Presidio with en_core_web_sm", lambda: presidio(small), 5),
):
    try:
        analyse = load()
    except ImportError:
        print(f"{name}: not run, not installed")
        continue
    for line in LINES:
        analyse(line)
    fastest = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for line in LINES:
            analyse(line)
        fastest = min(fastest, time.process_time() - began)
    print(f"{name}: {fastest / len(LINES) * 1e6:.1f} us of processor time a message")
