"""Peer of the benchmarks roberta-step, roberta-dynamic and roberta-bfloat16: one fine-tuning step of a RoBERTa-base-sized encoder in PyTorch, written the usual way.

12 blocks, width 768, 12 heads, feed-forward 3072, vocabulary 50265, random weights, dropout 0.1, dense classifier of two classes on the first token; batch 16 padded to 128
tokens; AdamW 2e-5 with weight decay 0.1 on matrices, gradients clipped to norm 1 and set to None.
Reads "roberta COUNT" or "memory" a line from standard input; answers with a JSON list of seconds, or of the peak resident megabytes. Ends at end of input.
"""
import json
import os
import resource
import sys
import time

THREADS = int(os.environ.get("PEER_THREADS", "1"))
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(THREADS))
import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(THREADS)
BATCH, LENGTH, WIDTH, HEADS, INNER, BLOCKS, VOCABULARY = 16, 128, 768, 12, 3072, 12, 50265


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.attended = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.first, self.second, self.drop = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), nn.Dropout(.1)

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], HEADS, -1).transpose(1, 2)

    def forward(self, state, hidden):
        q, k, v = self.heads(self.query(state)), self.heads(self.key(state)), self.heads(self.value(state))
        scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** .5 + hidden
        mixed = (self.drop(scores.softmax(-1)) @ v).transpose(1, 2).reshape(state.shape)
        state = self.first(state + self.drop(self.attended(mixed)))
        return self.second(state + self.drop(self.narrow(nn.functional.gelu(self.wide(state)))))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places, self.types = nn.Embedding(VOCABULARY, WIDTH, 1), nn.Embedding(514, WIDTH, 1), nn.Embedding(1, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH), nn.Dropout(.1)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.dense, self.last = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 2)

    def forward(self, ids, mask):
        places = mask.cumsum(1) * mask + 1
        state = self.drop(self.norm(self.words(ids) + self.places(places) + self.types(torch.zeros_like(ids))))
        hidden = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        for block in self.blocks:
            state = block(state, hidden)
        return self.last(self.drop(torch.tanh(self.dense(self.drop(state[:, 0])))))


class Step:
    def __init__(self):
        torch.manual_seed(0)
        self.model = Classifier()
        parameters = list(self.model.parameters())
        for p in parameters:
            if p.dim() > 1:
                nn.init.normal_(p, std=.02)
        self.optimizer = torch.optim.AdamW([{"params": [p for p in parameters if p.dim() > 1], "weight_decay": .1},
                                            {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.}], lr=2e-5)
        self.ids, self.labels = torch.randint(5, VOCABULARY, (BATCH, LENGTH)), torch.randint(0, 2, (BATCH,))
        self.mask = torch.ones_like(self.ids)
        for row in range(BATCH):  # rows of 9 to 128 tokens
            self.mask[row, 9 + row * 7 + (14 if row == BATCH - 1 else 0):] = 0
        self.ids[self.mask == 0] = 1
        self.model.train()

    def __call__(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(self.model(self.ids, self.mask), self.labels)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return loss.item()


print(json.dumps({"peer": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}), flush=True)
step, clock = None, time.process_time if os.environ.get("PEER_CLOCK") == "processor" else time.perf_counter
for line in sys.stdin:
    if line.strip() == "memory":
        print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3]), flush=True)
        continue
    step, seconds = step or Step(), []
    for _ in range(int(line.split()[1])):
        start = clock()
        step()
        seconds.append(clock() - start)
    print(json.dumps(seconds), flush=True)
