"""A demo that needs nothing but the package: real data, models fitted in plain Python, recorded and asked."""

from graphmeta.demo.reporting import BROWSER_STATEMENTS, browser_statements, report
from graphmeta.demo.story import Demo, new_folder, run_demo

__all__ = ["BROWSER_STATEMENTS", "Demo", "browser_statements", "new_folder", "report", "run_demo"]
