"""The page of the commands, from the parser itself."""

import argparse

from exactnet.cli import main as cli


def commands() -> str:
    """Every command with its arguments, as one table each."""
    (sub,) = (a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction))
    lines = []
    for choice in sub._choices_actions:
        lines += [f"## {choice.dest}", "", f"{str(choice.help)[0].upper()}{str(choice.help)[1:]}."]
        lines += ["", "| argument | meaning |", "|---|---|"]
        for action in sub.choices[choice.dest]._actions:
            if not isinstance(action, argparse._HelpAction):
                lines.append(f"| `{_argument(action)}` | {_meaning(action)} |")
        lines.append("")
    return "\n".join(lines)


def _argument(action: argparse.Action) -> str:
    """How an argument is written."""
    value = "" if action.nargs == 0 else f" {_value(action)}"
    names = ", ".join(action.option_strings)
    text = f"{names}{value}" if names else _value(action)
    return text if action.required else f"[{text}]"


def _value(action: argparse.Action) -> str:
    """What stands for the value of an argument."""
    if action.metavar is None and action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return f"{name} ..." if action.nargs in ("*", "+") else name


def _meaning(action: argparse.Action) -> str:
    """The help of an argument, or its default."""
    if action.help:
        return action.help.replace("|", "\\|")
    return f"default: {action.default}" if action.default is not None else ""
