"""Learns a FAQ: features to vectors, vectors to classifiers, scores to probabilities."""
