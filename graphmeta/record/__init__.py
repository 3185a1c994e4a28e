"""Recording from code: runs, steps, what they use and produce.

Layers, top to bottom: runs, steps > outbox > ledger > entries; source, digest, values, environment beside
them.
"""

from graphmeta.record.entries import Recorded
from graphmeta.record.outbox import RecordingWarning
from graphmeta.record.runs import Run, run, start
from graphmeta.record.steps import Step

__all__ = ["Recorded", "RecordingWarning", "Run", "Step", "run", "start"]
