"""Blocks into text, one writer for each form: HTML and Markdown."""
