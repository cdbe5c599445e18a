"""Blocks into text, one writer a form: HTML, Markdown, plain sentences."""
