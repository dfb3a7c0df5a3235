"""Connectors against their samples, their processors' documented tables, and the official libraries."""
