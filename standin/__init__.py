"""The providers' stand-in: one local server that answers as Vapi, Twilio, Convoso … do, for tests, the demo and bench.

It stands outside: nothing that serves calls imports it, and it imports nothing of them. Base URLs lead to it.
"""
