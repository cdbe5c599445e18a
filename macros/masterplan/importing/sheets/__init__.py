"""Spreadsheets as plans, and edited ones as changes of a plan."""
