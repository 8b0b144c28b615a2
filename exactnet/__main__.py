"""``python -m exactnet``: the command line."""

from exactnet.cli.main import run

if __name__ == "__main__":
    run()
