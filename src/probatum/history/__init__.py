"""Recorded histories of concurrent systems: is there one order of all calls that a sequential model could have given?

A history is linearizable (Herlihy and Wing, TOPLAS 1990) when every call can be placed at one moment between its
invocation and its return so that a sequential object answers all of them as they were answered.
"""
