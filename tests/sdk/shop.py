"""A workflow that answers by itself, without a language model."""

QUESTION = "What are your opening hours?"
ANSWER = "9 to 17."
FAQ = [{"question": QUESTION, "answer": ANSWER}]
