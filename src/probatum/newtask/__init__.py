"""A task folder from a slow function or class and a fast one: what stands behind `probatum init`.

User files are read as text; nothing in them is imported or executed here.
"""

from probatum.newtask.create import init_task
from probatum.newtask.interactive import interactive
from probatum.newtask.options import InitOptions, InitResult

__all__ = ["InitOptions", "InitResult", "init_task", "interactive"]
