"""Trains the encoder and exports it: `python -m retrieval.training.train START OUT --material SHARED`. See README.md.

First the start model teaches a copy of itself: the teacher reads what is written, the student the same as it might be
typed. Their weights are averaged; then the questions of judged sets are drawn to the passages that answer them.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.sampler import DefaultBatchSampler

from retrieval.encoder import DEFAULT_MODEL, SentenceEncoder, identify, make_encoder
from retrieval.encoding import Coder
from retrieval.training.examples import BATCH, PROMPTS, examples
from retrieval.training.export import MAX_TOKENS, export
from retrieval.training.judged import read_pairs
from retrieval.training.lessons import Lesson, Sizes, read_lessons
from retrieval.training.loss import TeacherLoss
from retrieval.training.mix import mix
from retrieval.training.teacher import Table, consult
from retrieval.training.tune import tune

SEED = 20
SHARE = 0.5  # of the student in the average
STEPS = 1250
LEARNING_RATE = 2.5e-4
# Pieces of unmarked text were rare where the start model learned: their vectors have the longest way to go.
EMBEDDINGS_RATE = 1e-3
WARM_UP = 0.06  # of the steps
LONGEST = 72  # tokens; longer than nearly all lessons


class InOrder(DefaultBatchSampler):
    """Batches as the data set has them one after another: `examples` has sorted and mixed them."""

    def __init__(self, dataset: Dataset, **options: Any) -> None:
        super().__init__(dataset, **options)
        self.dataset = dataset

    def __iter__(self) -> Iterator[list[int]]:
        """The row numbers of each batch."""
        rows = range(len(self.dataset))
        return (list(rows[start : start + self.batch_size]) for start in range(0, len(rows), self.batch_size))


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes OUT/student, OUT/mixed and OUT/tuned, the model after each step, and OUT/onnx, what serves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path, help="the sentence-transformers folder to start from")
    parser.add_argument("out", type=Path)
    parser.add_argument("--material", type=Path, required=True, help="the folder that holds train/ and data/")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    student = train(options.start, options.out, options.material, options.steps)
    both = mix(options.start, student, SHARE, options.out / "mixed")
    coder = Coder(make_encoder(str(DEFAULT_MODEL), {}), identify(str(DEFAULT_MODEL), {}))
    pairs = read_pairs(options.material, options.out / "homes", coder)
    export(tune(both, options.out / "tuned", pairs, SEED), options.out / "onnx")


def train(start: Path, out: Path, material: Path, steps: int = STEPS, sizes: Sizes | None = None) -> Path:
    """The folder of the student, in sentence-transformers' form."""
    lessons = read_lessons(material, sizes or Sizes(), random.Random(SEED))
    table = _consulted(start, out, lessons)
    model = copy_of(start)
    trainer = SentenceTransformerTrainer(
        model=model,
        args=_settings(out / "checkpoints", steps),
        train_dataset=Dataset.from_list(examples(lessons, steps * BATCH, random.Random(SEED + 1))),
        loss=TeacherLoss(model, table),
    )
    trainer.train()
    model.max_seq_length, model.prompts = MAX_TOKENS, dict(PROMPTS)
    folder = out / "student"
    model.save(str(folder), create_model_card=False)
    return folder


def copy_of(start: Path) -> SentenceTransformer:
    """A copy of the start model. Without dropout: the teacher's vectors are exact, there is no noise to learn from."""
    model = SentenceTransformer(
        str(start),
        local_files_only=True,
        device="cpu",
        model_kwargs={"dtype": "float32"},
        config_kwargs={"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0},
    )
    model.max_seq_length = LONGEST
    return model


def _consulted(start: Path, out: Path, lessons: Sequence[Lesson]) -> Table:
    """The teacher's table, kept in `out`: a second run with the same lessons need not ask again."""
    digest = hashlib.sha256(repr((start.resolve(), lessons)).encode()).hexdigest()[:16]
    kept = out / f"teacher-{digest}.npz"
    if kept.is_file():
        with np.load(kept) as arrays:
            return Table(**arrays)
    sys.stderr.write(f"the teacher reads {len(lessons)} lessons\n")
    table = consult(SentenceEncoder(str(start), PROMPTS), lessons)
    out.mkdir(parents=True, exist_ok=True)
    np.savez(kept, **{name: getattr(table, name) for name in Table.__slots__})
    return table


def _settings(folder: Path, steps: int) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        max_steps=steps,
        per_device_train_batch_size=BATCH,
        batch_sampler=InOrder,
        learning_rate=LEARNING_RATE,
        learning_rate_mapping={"word_embeddings": EMBEDDINGS_RATE},
        warmup_steps=WARM_UP,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        seed=SEED,
        data_seed=SEED,
        use_cpu=True,
        save_steps=100,
        save_total_limit=3,
        save_only_model=True,  # half the size; a run is started anew rather than gone on with
        logging_steps=10,
        report_to="none",
        disable_tqdm=True,
        dataloader_num_workers=0,
    )


if __name__ == "__main__":
    main()
