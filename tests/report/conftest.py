"""A browser that is absent is said at the end of the run, and not only counted among what was skipped."""

import pytest

NO_BROWSER = "NO BROWSER"
"""Begins the reason for which tests that need one are skipped."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line, in the colour of a warning."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if count := sum(NO_BROWSER in reason for reason in skipped):
        said = f"*** {NO_BROWSER}: {count} tests did not look at the HTML report; apt-get install chromium"
        terminalreporter.write_line(said, yellow=True, bold=True)
