"""LLM mode: a model of any OpenAI-compatible server rewrites what quote mode has found, under the claim lock.

    writer.py   asks: limits, prompt, request, reply     client.py   one request over HTTP, streamed
    prompt.py   what the model is told                   stream.py   server-sent events, read
    reply.py    the reply cut into claims that hold      guards.py   breaker and budget

Imported only where settings name a server; `bot/cli` hands the writer to the engine.
"""
