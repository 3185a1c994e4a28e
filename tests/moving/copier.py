"""A process that copies in small portions and says each one: `python -m tests.moving.copier SOURCE TARGET PORTION`."""

import sys

from graphmeta.moving.copying import copy
from graphmeta.moving.progress import Progress
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.targets.opening import open_target

progress = Progress()
progress.watch(lambda: print(progress.pieces, flush=True))  # noqa: T201
with open_source(sys.argv[1]) as source, open_target(sys.argv[2], source) as target:
    copy(source, target, progress=progress, portion=int(sys.argv[3]))
