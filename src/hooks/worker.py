"""Runs one function of the operator's for the proxy: a JSON line in on file descriptor 3, a JSON line out.

What the function prints goes to standard output, which the proxy keeps apart. The process ends when the proxy does.
"""

import __future__
import asyncio
import importlib
import inspect
import json
import os
import signal
import sys
import traceback
import types


class Request(dict):
    """The members of a request, also as attributes; json(), dict() and model_dump() give a plain dictionary."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name)

    def json(self, **_):
        return dict(self)

    dict = json
    model_dump = json


class Stand(types.ModuleType):
    """Stands in for a module of LiteLLM's that is not installed: its names serve as annotations only."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Request


def stand_in_for_litellm():
    try:
        importlib.import_module("litellm")
    except ImportError:
        for name in ("litellm", "litellm.proxy", "litellm.proxy._types", "litellm.proxy.proxy_server"):
            sys.modules[name] = Stand(name)


def load_function(directory, path):
    """The function `a.b.name`, of directory/a/b.py or else of an installed module."""
    module_name, _, name = path.rpartition(".")
    file = os.path.join(directory, *module_name.split(".")) + ".py"
    sys.path.insert(0, directory)
    if os.path.exists(file):
        module = types.ModuleType(module_name)
        module.__file__ = file
        sys.modules[module_name] = module
        with open(file, encoding="utf-8") as source:
            # Annotations stay texts, so that they may name types that the file does not import.
            code = compile(source.read(), file, "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True)
        exec(code, module.__dict__)
    else:
        module = importlib.import_module(module_name)
    function = getattr(module, name)
    if not callable(function):
        raise TypeError(f"{path} is not a function")
    return function


def run(loop, function, data):
    result = function(Request(data))
    if inspect.isawaitable(result):
        result = loop.run_until_complete(result)
    return json.dumps({"result": result})


def failure(error):
    traceback.print_exc()
    sys.stderr.flush()
    return json.dumps({"error": type(error).__name__})


def main():
    directory, path, seconds = sys.argv[1:4]
    sys.dont_write_bytecode = True
    channel_in = os.fdopen(3, "r", encoding="utf-8", closefd=False)
    channel_out = os.fdopen(3, "w", encoding="utf-8", closefd=False)

    def answer(line):
        channel_out.write(line + "\n")
        channel_out.flush()

    stand_in_for_litellm()
    try:
        function = load_function(directory, path)
    except BaseException as error:  # whatever the file does while it is loaded, also sys.exit()
        answer(failure(error))
        return
    answer("{}")
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    for line in channel_in:
        # The proxy ends a call that takes too long; this is for a proxy that is gone.
        signal.alarm(int(seconds) + 5)
        try:
            text = run(loop, function, json.loads(line))
        except Exception as error:
            text = failure(error)
        signal.alarm(0)
        sys.stdout.flush()
        answer(text)


main()
