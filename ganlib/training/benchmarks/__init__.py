"""Yardsticks: plain loops that others would write, to measure ourselves against."""
