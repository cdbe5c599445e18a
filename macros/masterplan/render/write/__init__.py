"""Blocks into text, one writer for each form: HTML, Markdown, plain sentences."""
