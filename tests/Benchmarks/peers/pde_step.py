"""Peer of the benchmarks fno1d, fno2d and unet2d: one training step of a PDE model in PyTorch, written the usual way.

10 given frames, 11 predicted, back-propagation through the whole roll-out. Fourier operators: width 20, 12 modes an axis, full FFTs, einsum over
modes, channels first, Adam with one second moment for a complex weight; 128 points and 3 fields, or 32 x 32 and 4 fields; batch 20.
U-Net: 32 features, 32 x 32, 4 fields, batch 4, torch.optim.Adam.
Reads "MODEL COUNT" a line from standard input; answers each with a JSON list of seconds. Ends at end of input.
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
GIVEN, FRAMES, WIDTH, MODES = 10, 21, 20, 12


class SpectralLine(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.rand(WIDTH, WIDTH, MODES, dtype=torch.cfloat) / WIDTH ** 2)

    def forward(self, field):  # (b, w, L)
        spectrum = torch.fft.rfft(field)
        mixed = torch.zeros(field.shape[0], WIDTH, spectrum.shape[-1], dtype=torch.cfloat)
        mixed[..., :MODES] = torch.einsum("bim,iom->bom", spectrum[..., :MODES], self.weights)
        return torch.fft.irfft(mixed, n=field.shape[-1])


class SpectralPlane(nn.Module):
    def __init__(self):
        super().__init__()
        self.low = nn.Parameter(torch.rand(WIDTH, WIDTH, MODES, MODES, dtype=torch.cfloat) / WIDTH ** 2)
        self.high = nn.Parameter(torch.rand(WIDTH, WIDTH, MODES, MODES, dtype=torch.cfloat) / WIDTH ** 2)

    def forward(self, field):  # (b, w, X, Y)
        spectrum = torch.fft.rfft2(field)
        mixed = torch.zeros(field.shape[0], WIDTH, field.shape[-2], spectrum.shape[-1], dtype=torch.cfloat)
        mixed[:, :, :MODES, :MODES] = torch.einsum("bixy,ioxy->boxy", spectrum[:, :, :MODES, :MODES], self.low)
        mixed[:, :, -MODES:, :MODES] = torch.einsum("bixy,ioxy->boxy", spectrum[:, :, -MODES:, :MODES], self.high)
        return torch.fft.irfft2(mixed, s=field.shape[-2:])


class Operator(nn.Module):
    def __init__(self, axes, fields):
        super().__init__()
        self.axes = axes
        self.lift = nn.Linear(GIVEN * fields + axes, WIDTH)
        self.spectral = nn.ModuleList((SpectralLine if axes == 1 else SpectralPlane)() for _ in range(4))
        self.local = nn.ModuleList((nn.Conv1d if axes == 1 else nn.Conv2d)(WIDTH, WIDTH, 1) for _ in range(4))
        self.hidden, self.project = nn.Linear(WIDTH, 128), nn.Linear(128, fields)

    def forward(self, window, grid):  # (b, points..., GIVEN*fields), (b, points..., axes)
        field = nn.functional.pad(self.lift(torch.cat((window, grid), -1)).movedim(-1, 1), (0, 2) * self.axes)
        for layer in range(4):
            field = self.spectral[layer](field) + self.local[layer](field)
            if layer < 3:
                field = nn.functional.gelu(field)
        field = (field[..., :-2] if self.axes == 1 else field[..., :-2, :-2]).movedim(1, -1)
        return self.project(nn.functional.gelu(self.hidden(field))).unsqueeze(-2)


def twice(inputs, outputs):
    layers = []
    for channels in (inputs, outputs):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.Tanh()]
    return nn.Sequential(*layers)


class Bowl(nn.Module):
    def __init__(self, fields, features=32):
        super().__init__()
        sizes = [features << level for level in range(5)]
        self.down = nn.ModuleList(twice(a, b) for a, b in zip([GIVEN * fields] + sizes, sizes))
        self.raise_ = nn.ModuleList(nn.ConvTranspose2d(2 * s, s, 2, stride=2) for s in sizes[-2::-1])
        self.up = nn.ModuleList(twice(2 * s, s) for s in sizes[-2::-1])
        self.last = nn.Conv2d(features, fields, 1)

    def forward(self, window, grid):
        field, kept = window.permute(0, 3, 1, 2), []
        for level, block in enumerate(self.down):
            field = block(nn.functional.max_pool2d(field, 2) if level else field)
            kept.append(field)
        for raised, block, skip in zip(self.raise_, self.up, kept[-2::-1]):
            field = block(torch.cat((raised(field), skip), 1))
        return self.last(field).permute(0, 2, 3, 1).unsqueeze(-2)


class SharedAdam:
    """L2 added to the gradient; |g|^2 as second moment of a complex weight."""

    def __init__(self, parameters, lr, weight_decay):
        self.parameters, self.rate, self.decay, self.steps = list(parameters), lr, weight_decay, 0
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
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


class Step:
    def __init__(self, name):
        torch.manual_seed(0)
        points, fields, batch = ((128,), 3, 20) if name == "fno1d" else ((32, 32), 4, 20 if name == "fno2d" else 4)
        self.model = Bowl(fields) if name == "unet2d" else Operator(len(points), fields)
        self.optimizer = (torch.optim.Adam if name == "unet2d" else SharedAdam)(self.model.parameters(), lr=5e-3, weight_decay=1e-4)
        self.data = torch.randn(batch, *points, FRAMES, fields)
        axes = torch.meshgrid(*(torch.linspace(-1, 1, n) for n in points), indexing="ij")
        self.grid = torch.stack(axes, -1).expand(batch, *points, len(points)).contiguous()

    def __call__(self):
        window, loss = self.data[..., :GIVEN, :], 0
        for frame in range(GIVEN, FRAMES):
            predicted = self.model(window.flatten(-2), self.grid)
            loss = loss + nn.functional.mse_loss(predicted, self.data[..., frame:frame + 1, :])
            window = torch.cat((window[..., 1:, :], predicted), -2)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


print(json.dumps({"peer": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}), flush=True)
steps, clock = {}, time.process_time if os.environ.get("PEER_CLOCK") == "processor" else time.perf_counter
for line in sys.stdin:
    name, count = line.split()
    step = steps.setdefault(name, None) or steps.update({name: Step(name)}) or steps[name]
    seconds = []
    for _ in range(int(count)):
        start = clock()
        step()
        seconds.append(clock() - start)
    print(json.dumps(seconds), flush=True)
