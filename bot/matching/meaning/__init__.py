"""What a text means, as a vector: a sentence model, and the embeddings that it has made. Needs the extra `meaning`."""
