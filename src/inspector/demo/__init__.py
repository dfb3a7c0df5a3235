"""The demonstration: signed sample webhooks over real HTTP, and a small app that answers them now and then badly."""

from inspector.demo.app import DemoApp
from inspector.demo.stream import Stream, play

__all__ = ["DemoApp", "Stream", "play"]
