"""The process that holds the keys and speaks to models: a line of JSON in, a line of JSON out. Nothing else runs here.

Retries of the client libraries are off: waiting and paying again are decided, and recorded, by who asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from importlib.metadata import version
from typing import Any

REFUSED_BELOW = 500
ANTHROPIC_KEYS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")


def main() -> None:
    """Answer lines until stdin ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    for line in sys.stdin:
        try:
            answer = respond(json.loads(line))
        except ImportError as problem:
            answer = {"error": "absent", "message": str(problem)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def respond(request: dict[str, Any]) -> dict[str, Any]:
    """One answer."""
    if request["op"] == "price":
        return price(request["protocol"], request["model"], request["input"], request["output"])
    if request["protocol"] == "anthropic" and not any(os.environ.get(name) for name in ANTHROPIC_KEYS):
        # Its client library would complain of a header only when it sends, which cannot be told from a lost answer.
        return {"error": "refused", "message": f"none of {', '.join(ANTHROPIC_KEYS)} is set"}
    from pydantic_ai.exceptions import AgentRunError, UserError

    try:
        return asyncio.run(ask(request))
    except UserError as problem:
        return {"error": "refused", "message": str(problem)}
    except (AgentRunError, ValueError, OSError) as problem:
        return failure(problem)
    except (AttributeError, KeyError, TypeError) as problem:  # fields that the client library took for granted
        return failure(problem)


def price(protocol: str, model: str, given: int, written: int) -> dict[str, Any]:
    """What so many tokens cost, by the table of genai-prices that is installed here (it is not fetched)."""
    from genai_prices import Usage, calc_price

    table = f"genai-prices {version('genai-prices')}"
    try:
        found = calc_price(
            Usage(input_tokens=given, output_tokens=written), model, provider_id=protocol.split("-", maxsplit=1)[0]
        )
    except LookupError:
        return {"usd": None, "table": table}
    return {"usd": float(found.total_price), "table": table}


async def ask(request: dict[str, Any]) -> dict[str, Any]:
    """One call of a model, without retries."""
    from pydantic_ai.direct import model_request
    from pydantic_ai.messages import ModelRequest, SystemPromptPart, TextPart, UserPromptPart

    settings: Any = {"max_tokens": request["max_tokens"], "timeout": request["timeout_s"]}
    if request["temperature"] is not None:
        settings["temperature"] = request["temperature"]
    parts: list[Any] = [SystemPromptPart(content=request["system"]), UserPromptPart(content=request["user"])]
    response = await model_request(model_of(request), [ModelRequest(parts=parts)], model_settings=settings)
    usage = response.usage
    return {
        "text": "".join(part.content for part in response.parts if isinstance(part, TextPart)),
        "finish": str(response.finish_reason or ""),
        "input": usage.input_tokens,
        "output": usage.output_tokens,
        "cached": usage.cache_read_tokens,
        "model": response.model_name,
    }


def model_of(request: dict[str, Any]) -> Any:
    """The model object of a protocol; the key is read from this process's environment."""
    base = request["base_url"] or None
    if request["protocol"] == "anthropic":
        from anthropic import AsyncAnthropic
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        key = os.environ.get("ANTHROPIC_API_KEY")
        messages = AsyncAnthropic(base_url=base, api_key=key, max_retries=0)
        return AnthropicModel(request["model"], provider=AnthropicProvider(anthropic_client=messages))
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    chat = AsyncOpenAI(base_url=base, api_key=os.environ.get("OPENAI_API_KEY") or "none", max_retries=0)
    kind = OpenAIResponsesModel if request["protocol"] == "openai-responses" else OpenAIChatModel
    return kind(request["model"], provider=OpenAIProvider(openai_client=chat))


def failure(problem: Exception) -> dict[str, Any]:
    """What went wrong: "rate", "server" and "refused" were not paid for; of "unknown" nobody can tell."""
    from pydantic_ai.exceptions import ModelHTTPError

    message = f"{type(problem).__name__}: {problem}"[:500]
    if not isinstance(problem, ModelHTTPError):
        return {"error": "unknown", "message": message}
    status = problem.status_code
    kind = "rate" if status == 429 else "refused" if status < REFUSED_BELOW else "server"
    return {"error": kind, "message": message, "status": status, "retry_after_s": _waited(problem)}


def _waited(problem: Any) -> float | None:
    """The server's ``Retry-After`` in seconds."""
    response = getattr(problem.__cause__, "response", None)
    text = response.headers.get("retry-after", "") if response is not None else ""
    try:
        return max(0.0, float(text))
    except ValueError:
        return None


if __name__ == "__main__":
    main()
