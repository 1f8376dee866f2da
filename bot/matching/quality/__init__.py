"""How well a FAQ answers known questions, and what an edit does to them."""
