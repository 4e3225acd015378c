"""Runs a program at a terminal and types answers to its questions.

Reads {"argv": [...], "answers": [[question, answer], ...]} from stdin, writes what the terminal showed to stdout, and
ends with the program's exit code.
"""

import json
import os
import pty
import sys

task = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execv(task["argv"][0], task["argv"])

shown, since = b"", 0
answers = list(task["answers"])
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    if answers and answers[0][0].encode() in shown[since:]:
        since = len(shown)
        os.write(terminal, answers.pop(0)[1].encode() + b"\r")

sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
