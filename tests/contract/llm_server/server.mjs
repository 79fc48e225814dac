// An OpenAI-compatible server over a real model on disk, for the contract tests of LLM mode: the path of a GGUF file
// in, "port N" out; ends with its standard input. POST /v1/chat/completions streams; GET /replies tells what was sent.
import http from "node:http";
import { getLlama, LlamaChatSession } from "node-llama-cpp";

const CONTEXT = 6144; // tokens: five passages and the reply
const llama = await getLlama({ gpu: false, maxThreads: 1, build: "never", progressLogs: false, logLevel: "error" });
const model = await llama.loadModel({ modelPath: process.argv[2] });
const context = await model.createContext({ contextSize: CONTEXT });
const sequence = context.getSequence();
const replies = [];

async function complete(body, response) {
  const [system, user] = body.messages;
  await sequence.clearHistory();
  const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: system.content });
  const event = (delta, reason) =>
    `data: ${JSON.stringify({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const text = await session.prompt(user.content, {
    maxTokens: body.max_tokens,
    temperature: body.temperature,
    onTextChunk: (content) => response.write(event({ content }, null)),
  });
  replies.push(text);
  response.end(`${event({}, "stop")}data: [DONE]\n\n`);
  session.dispose({ disposeSequence: false });
}

const server = http.createServer(async (request, response) => {
  if (request.method === "GET" && request.url === "/replies") {
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(replies));
    return;
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    await complete(JSON.parse(Buffer.concat(chunks)), response);
  } catch (error) {
    console.error(error);
    response.destroy();
  }
});
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
process.stdin.resume().on("end", () => process.exit(0));
