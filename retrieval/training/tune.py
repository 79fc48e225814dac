"""The second step: questions are drawn to passages that answer them, and away from those that only look like it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from datasets import Dataset
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.losses import MultipleNegativesRankingLoss

from retrieval.training.examples import PROMPTS
from retrieval.training.judged import Pair

BATCH = 32
LEARNING_RATE = 3e-5
WARM_UP = 0.1  # of the steps
SCALE = 50.0  # 1 / temperature
DROPOUT = 0.05
LONGEST = 160  # tokens; a passage of 600 characters has about 170
_LAYER = re.compile(r"\.layer\.(\d+)\.")


def tune(start: Path, out: Path, pairs: Sequence[Pair], seed: int) -> Path:
    """Writes to `out` the model of folder `start` after one round over the pairs; returns it."""
    model = SentenceTransformer(
        str(start),
        local_files_only=True,
        device="cpu",
        model_kwargs={"dtype": "float32"},
        config_kwargs={"hidden_dropout_prob": DROPOUT},
    )
    longest, model.max_seq_length = model.max_seq_length, LONGEST
    _freeze_lower_half(model)
    trainer = SentenceTransformerTrainer(
        model=model,
        args=_settings(out.with_name("checkpoints"), len(pairs), seed),
        train_dataset=Dataset.from_list(_rows(pairs, random.Random(seed))),
        loss=MultipleNegativesRankingLoss(model, scale=SCALE),
    )
    trainer.train()
    model.max_seq_length = longest
    model.save(str(out), create_model_card=False)
    return out


def _freeze_lower_half(model: SentenceTransformer) -> None:
    """The pieces and the lower layers stay as they are: they hold what was learned about missing marks."""
    layer = {name: int(found[1]) for name, _ in model.named_parameters() if (found := _LAYER.search(name))}
    middle = (max(layer.values()) + 1) // 2
    for name, weights in model.named_parameters():
        weights.requires_grad = layer.get(name, -1) >= middle


def _rows(pairs: Sequence[Pair], chance: random.Random) -> list[dict[str, str]]:
    rows = [
        {"anchor": pair.question, "positive": pair.answer, "negative": chance.choice(pair.lookalikes)} for pair in pairs
    ]
    chance.shuffle(rows)
    return rows


def _settings(folder: Path, count: int, seed: int) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=BATCH,
        batch_sampler="no_duplicates",  # another question's answer is a wrong one only if it is another passage
        prompts={"anchor": PROMPTS["query"], "positive": PROMPTS["document"], "negative": PROMPTS["document"]},
        learning_rate=LEARNING_RATE,
        warmup_steps=int(WARM_UP * count / BATCH),
        lr_scheduler_type="linear",
        seed=seed,
        data_seed=seed,
        use_cpu=True,
        save_strategy="no",
        logging_steps=10,
        report_to="none",
        disable_tqdm=True,
    )
