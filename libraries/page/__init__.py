"""Reads a site's answers into trees, and takes things out of them by name: what is missing fails by its name."""

from libraries.page.bodies import html, json, xml
from libraries.page.ends import finished, whole
from libraries.page.tables import at, cell, cells, columns, span, table_rows
from libraries.page.texts import fold, lines, own_text, text
from libraries.page.trees import around, cls, every, marked, maybe, one

__all__ = [
    "around",
    "at",
    "cell",
    "cells",
    "cls",
    "columns",
    "every",
    "finished",
    "fold",
    "html",
    "json",
    "lines",
    "marked",
    "maybe",
    "one",
    "own_text",
    "span",
    "table_rows",
    "text",
    "whole",
    "xml",
]
