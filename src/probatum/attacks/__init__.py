"""The attack suite: candidates that try to be accepted without solving the task, made for any task's interface.

`table` reads what each attack is and which mechanism must stop it; `render` makes its source for an interface. The
data files say nothing about any task.
"""
