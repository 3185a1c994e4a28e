"""`python -m graphmeta`: the command line."""

from graphmeta.cli.main import run

if __name__ == "__main__":
    run()
