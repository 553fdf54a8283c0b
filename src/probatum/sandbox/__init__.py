"""Running code nobody vouches for: processes with limits, walls and a count of what they cost.

Import the module you need (`probatum.sandbox.spawn`, `.lock`, `.policy`, `.probe`): this package
imports nothing by itself, because the Python worker host loads `lock` and must stay small.
"""
