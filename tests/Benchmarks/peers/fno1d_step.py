"""Peer of the benchmark fno1d-step: one training step of a 1D Fourier operator in PyTorch, written the usual way.

128 points, batch 20, 10 given frames, 11 predicted, 3 channels, width 20, 12 modes; full FFTs, einsum over modes, channels first,
back-propagation through the whole roll-out, Adam with one second moment for a complex weight.
Reads one number a line from standard input: how many steps to time; answers each with a JSON list of seconds. Ends at end of input.
"""
import json
import os
import sys
import time

THREADS = int(os.environ.get("PEER_THREADS", "1"))
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(THREADS))
import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(THREADS)
BATCH, POINTS, GIVEN, FRAMES, CHANNELS, WIDTH, MODES = 20, 128, 10, 21, 3, 20, 12


class SpectralLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.rand(WIDTH, WIDTH, MODES, dtype=torch.cfloat) / WIDTH ** 2)

    def forward(self, field):  # (b, w, L)
        spectrum = torch.fft.rfft(field)
        mixed = torch.zeros(field.shape[0], WIDTH, spectrum.shape[-1], dtype=torch.cfloat)
        mixed[..., :MODES] = torch.einsum("bim,iom->bom", spectrum[..., :MODES], self.weights)
        return torch.fft.irfft(mixed, n=field.shape[-1])


class Operator(nn.Module):
    def __init__(self):
        super().__init__()
        self.lift = nn.Linear(GIVEN * CHANNELS + 1, WIDTH)
        self.spectral = nn.ModuleList(SpectralLayer() for _ in range(4))
        self.local = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 1) for _ in range(4))
        self.hidden, self.project = nn.Linear(WIDTH, 128), nn.Linear(128, CHANNELS)

    def forward(self, window, grid):  # (b, n, GIVEN*CHANNELS), (b, n, 1)
        field = nn.functional.pad(self.lift(torch.cat((window, grid), -1)).permute(0, 2, 1), (0, 2))
        for layer in range(4):
            field = self.spectral[layer](field) + self.local[layer](field)
            if layer < 3:
                field = nn.functional.gelu(field)
        field = field[..., :-2].permute(0, 2, 1)
        return self.project(nn.functional.gelu(self.hidden(field))).unsqueeze(-2)


class SharedAdam:
    """L2 added to the gradient; |g|^2 as second moment of a complex weight."""

    def __init__(self, parameters, rate, decay):
        self.parameters, self.rate, self.decay, self.steps = list(parameters), rate, decay, 0
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]

    def zero(self):
        for p in self.parameters:
            p.grad = None

    @torch.no_grad()
    def step(self):
        self.steps += 1
        one, two = 1 - .9 ** self.steps, 1 - .999 ** self.steps
        for p, m, v in zip(self.parameters, self.first, self.second):
            g = p.grad.add(p, alpha=self.decay)
            m.mul_(.9).add_(g, alpha=.1)
            v.mul_(.999).addcmul_(g, g.conj(), value=.001)
            p.addcdiv_(m, (v.sqrt() / two ** .5).add_(1e-8), value=-self.rate / one)


torch.manual_seed(0)
model = Operator()
optimizer = SharedAdam(model.parameters(), 5e-3, 1e-4)
data = torch.randn(BATCH, POINTS, FRAMES, CHANNELS)
grid = torch.linspace(-1, 1, POINTS).reshape(1, POINTS, 1).repeat(BATCH, 1, 1)


def step():
    window, loss = data[:, :, :GIVEN], 0
    for frame in range(GIVEN, FRAMES):
        predicted = model(window.reshape(BATCH, POINTS, GIVEN * CHANNELS), grid)
        loss = loss + nn.functional.mse_loss(predicted, data[:, :, frame:frame + 1])
        window = torch.cat((window[:, :, 1:], predicted), -2)
    optimizer.zero()
    loss.backward()
    optimizer.step()
    return loss.item()


print(json.dumps({"peer": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}), flush=True)
for line in sys.stdin:
    seconds = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps(seconds), flush=True)
