r"""The same job by ours, LlamaIndex, Haystack and txtai: one model, one machine, one core, one run.

    python3 -m venv RIVALS && RIVALS/bin/pip install torch==2.13.0 sentence-transformers==6.2.0 faiss-cpu==1.15.1 \
        llama-index-core==0.14.25 llama-index-embeddings-huggingface==0.8.0 llama-index-vector-stores-faiss==0.7.0 \
        haystack-ai==3.4.1 sentence-transformers-haystack==2.0.0 txtai==9.14.0
    .venv/bin/python bench/rivals.py FOLDER MODEL --rivals RIVALS/bin/python [--documents 300] [--questions 100]

FOLDER is in BEIR form; MODEL a sentence-transformers folder, which all of them use, with the prompts of E5. Each in a
process of its own: seconds to index the documents, milliseconds from a question to its ten best, nDCG@10. Ratios are to
ours with the same model; the first row is ours as it ships, which has an encoder of its own.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

QUERY, PASSAGE = "query: ", "passage: "
Ask = Callable[[str], Sequence[str]]
Documents = list[tuple[str, str]]


def main() -> None:
    """Reads the command line; measures in children and writes a table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--rivals", default=sys.executable, help="the Python that has the three libraries")
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _measure(options)
        return
    rows = {}
    for name in SYSTEMS:
        python = sys.executable if name.startswith("ours") else options.rivals
        command = [python, __file__, *sys.argv[1:], "--child", name]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
        environment |= {"PYTHONPATH": str(Path(__file__).parents[1])}
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
        rows[name] = json.loads(done.stdout.splitlines()[-1])
    base = rows["ours, the same model"]
    sys.stdout.write(
        "| | indexing s | ratio | question ms p50 | ratio | p95 | nDCG@10 |\n| --- |" + " ---: |" * 6 + "\n"
    )
    for name, row in rows.items():
        more, slower = row["indexing"] / base["indexing"], row["p50"] / base["p50"]
        sys.stdout.write(
            f"| {name} | {row['indexing']:.1f} | {more:.2f} | {row['p50']:.1f} | {slower:.2f} | {row['p95']:.1f} "
            f"| {row['ndcg']:.1f} |\n"
        )


def _measure(options: argparse.Namespace) -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-1:])
    documents, questions, gains = _read(options.folder, options.documents, options.questions)
    began = time.perf_counter()
    ask = SYSTEMS[options.child](documents, str(options.model))
    indexing = time.perf_counter() - began
    ask(questions[0][1])
    found, ms = {}, []
    for name, text in questions:
        began = time.perf_counter()
        found[name] = list(dict.fromkeys(ask(text)))[:10]
        ms.append(1000 * (time.perf_counter() - began))
    spread = statistics.quantiles(ms, n=20)
    result = {"indexing": indexing, "p50": statistics.median(ms), "p95": spread[-1], "ndcg": _ndcg(found, gains)}
    sys.stdout.write(json.dumps(result) + "\n")


def _read(folder: Path, documents: int, questions: int) -> tuple[Documents, Documents, dict[str, set[str]]]:
    """The first documents of a set, and of the questions about them the first; relevance is yes or no."""
    corpus = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").split("\n") if line]
    texts = [(row["_id"], f"{row.get('title') or ''}\n{row['text']}".strip()) for row in corpus[:documents]]
    kept = {name for name, _ in texts}
    gains: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        question, document, score = line.split("\t")
        if int(score) > 0 and document in kept:
            gains.setdefault(question, set()).add(document)
    asked = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").split("\n") if line]
    return texts, [(row["_id"], row["text"]) for row in asked if row["_id"] in gains][:questions], gains


def _ndcg(found: dict[str, list[str]], gains: dict[str, set[str]]) -> float:
    discounts = [1 / math.log2(2 + place) for place in range(10)]
    values = []
    for question, documents in found.items():
        gained = sum(d for d, document in zip(discounts, documents, strict=False) if document in gains[question])
        values.append(gained / sum(discounts[: len(gains[question])]))
    return 100 * statistics.fmean(values)


def _ours(model: str | None) -> Callable[[Documents, str], Ask]:
    def build(documents: Documents, folder: str) -> Ask:
        from bot.answering.understand import searched_for  # noqa: PLC0415
        from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder  # noqa: PLC0415
        from retrieval.encoding import Coder  # noqa: PLC0415
        from retrieval.evaluation.index import documents_of, index_documents  # noqa: PLC0415
        from retrieval.evaluation.sets import Document  # noqa: PLC0415
        from retrieval.retriever import Fusion  # noqa: PLC0415
        from retrieval.serving import open_live  # noqa: PLC0415

        name = folder if model == "given" else str(DEFAULT_MODEL)
        encoder = make_encoder(name, {})
        place = tempfile.mkdtemp()
        made = [Document(each, "", text) for each, text in documents]
        served = open_live(index_documents(Path(place), made, Coder(encoder, identify(name, {}))))
        retriever, ids = served.retriever(encoder, Fusion(0.5)), documents_of(served)
        return lambda text: [ids[hit.passage.article_id] for hit in retriever.search(searched_for(text), 30)]

    return build


def _llama_index(documents: Documents, model: str) -> Ask:
    core = importlib.import_module("llama_index.core")
    embedding = importlib.import_module("llama_index.embeddings.huggingface").HuggingFaceEmbedding
    embedder = embedding(model_name=model, query_instruction=QUERY, text_instruction=PASSAGE)
    nodes = [core.schema.TextNode(id_=name, text=text) for name, text in documents]
    retriever = core.VectorStoreIndex(nodes, embed_model=embedder).as_retriever(similarity_top_k=10)
    return lambda text: [found.node.node_id for found in retriever.retrieve(text)]


def _haystack(documents: Documents, model: str) -> Ask:
    haystack = importlib.import_module("haystack")
    memory = importlib.import_module("haystack.document_stores.in_memory")
    retrievers = importlib.import_module("haystack.components.retrievers.in_memory")
    embedders = importlib.import_module("haystack_integrations.components.embedders.sentence_transformers")
    store = memory.InMemoryDocumentStore(embedding_similarity_function="cosine")
    writer = embedders.SentenceTransformersDocumentEmbedder(model=model, prefix=PASSAGE, progress_bar=False)
    asker = embedders.SentenceTransformersTextEmbedder(model=model, prefix=QUERY, progress_bar=False)
    for component in (writer, asker):
        component.warm_up()
    made = [haystack.Document(id=name, content=text) for name, text in documents]
    store.write_documents(writer.run(made)["documents"])
    retriever = retrievers.InMemoryEmbeddingRetriever(store, top_k=10)

    def ask(text: str) -> list[str]:
        return [each.id for each in retriever.run(asker.run(text)["embedding"])["documents"]]

    return ask


def _txtai(documents: Documents, model: str) -> Ask:
    instructions = {"query": QUERY, "data": PASSAGE}
    made = importlib.import_module("txtai").Embeddings
    embeddings = made(path=model, method="sentence-transformers", hybrid=True, instructions=instructions)
    embeddings.index(documents)
    return lambda text: [name for name, _ in embeddings.search(text, 10)]


SYSTEMS: dict[str, Callable[[Documents, str], Ask]] = {
    "ours, as it ships": _ours(None),
    "ours, the same model": _ours("given"),
    "LlamaIndex, vectors": _llama_index,
    "Haystack, vectors": _haystack,
    "txtai, hybrid": _txtai,
}

if __name__ == "__main__":
    main()
