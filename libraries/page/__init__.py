"""Reads a site's answers into trees, and takes things out of them by name: what is missing fails by its name."""

from libraries.page.bodies import html, json, xml
from libraries.page.ends import finished, whole
from libraries.page.tables import Heads, at, cell, cells, columns, heads, placed, span, table_rows
from libraries.page.texts import fold, lines, own_text, text
from libraries.page.trees import around, cls, every, marked, maybe, one

__all__ = [
    "Heads",
    "around",
    "at",
    "cell",
    "cells",
    "cls",
    "columns",
    "every",
    "finished",
    "fold",
    "heads",
    "html",
    "json",
    "lines",
    "marked",
    "maybe",
    "one",
    "own_text",
    "placed",
    "span",
    "table_rows",
    "text",
    "whole",
    "xml",
]
