"""Searches for good options of a system with Ray Tune: each trial is one `deno task train` command.

    pip install "ray[default,tune]"
    python examples/deploy/ray_tune_search.py --trials 16 --epochs 20 --out runs/best -- --train photos/

ASHA stops trials whose validation loss falls behind; Ray's dashboard shows them all. A search that was
interrupted goes on when it is started again with the same --storage: a trial that was stopped goes on by
`train --resume`. On a cluster the repository, the images and --storage must lie where every node sees
them. What follows `--` goes to each `train` command.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import ray
from ray import tune
from ray.tune.schedulers import ASHAScheduler

ROOT = Path(__file__).parent.parent.parent
LOSS = "valLoss"
# What is searched, by the names of the flags.
SPACE = {
    "learning-rate": tune.loguniform(3e-4, 1e-2),
    "latent-dim": tune.choice([2, 4, 8, 16]),
    "batch-size": tune.choice([32, 64, 128]),
}


class TrainCommand(tune.Trainable):
    """A trial: an epoch is a step, and the run folder its checkpoint."""

    def setup(self, config, command, flags, storage):
        self.run = Path(storage) / "trials" / self.trial_id
        self.finished = False
        self.said = []
        # The checkpoints of a training that was stopped; before its first epoch there is none.
        has_checkpoint = any(Path(f"{self.run}.partial").glob("phase-*.npz"))
        chosen = [word for name, value in config.items() for word in (f"--{name}", str(value))]
        self.process = subprocess.Popen(
            [*command, *flags, *chosen, "--json", "--threads", "1", "--out", str(self.run),
             "--resume" if has_checkpoint else "--force"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )

    def step(self):
        for line in self.process.stderr:
            if line.startswith('{"epoch"'):
                return json.loads(line)
            self.said.append(line)
        output = self.process.stdout.read()
        if self.process.wait() != 0:
            raise RuntimeError("".join(self.said[-5:]))
        self.finished = True
        return {LOSS: json.loads(output.splitlines()[-1])["lastEpoch"][LOSS], "done": True}

    def save_checkpoint(self, folder):
        if self.finished:
            shutil.copytree(self.run, Path(folder) / "run")
        return {"finished": self.finished}

    def load_checkpoint(self, _):
        """`train --resume` has its own."""

    def cleanup(self):
        """A trial that is stopped writes its checkpoint and ends."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.communicate()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="autoencoder")
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--storage", default="runs/tune", help="where trials lie; goes on with those")
    parser.add_argument("--out", default="runs/best", help="where the best run is copied to")
    parser.add_argument("--command", default="npx -y deno task train")
    parser.add_argument("flags", nargs="*", help="of train, after --")
    options = parser.parse_args()
    storage = os.path.abspath(options.storage)
    ray.init(log_to_driver=False)
    trainable = tune.with_resources(
        tune.with_parameters(
            TrainCommand,
            command=shlex.split(options.command),
            flags=["--model", options.model, "--epochs", str(options.epochs), *options.flags],
            storage=storage,
        ),
        {"cpu": 1},
    )
    search = f"{storage}/search"
    if tune.Tuner.can_restore(search):
        tuner = tune.Tuner.restore(search, trainable, resume_unfinished=True, restart_errored=True)
    else:
        tuner = tune.Tuner(
            trainable,
            param_space=SPACE,
            tune_config=tune.TuneConfig(
                metric=LOSS,
                mode="min",
                num_samples=options.trials,
                # One step more than epochs: the last one writes the run.
                scheduler=ASHAScheduler(max_t=options.epochs + 1, grace_period=1),
            ),
            run_config=tune.RunConfig(
                name="search",
                storage_path=storage,
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=True),
                verbose=1,
            ),
        )
    results = tuner.fit()
    for error in results.errors:
        print(f"a trial failed: {error}")
    whole = [
        result for result in results
        if result.checkpoint and (Path(result.checkpoint.path) / "run").exists()
    ]
    if not whole:
        raise SystemExit("Cannot choose the best run: no trial came to its end")
    best = min(whole, key=lambda result: result.metrics[LOSS])
    shutil.rmtree(options.out, ignore_errors=True)
    shutil.copytree(Path(best.checkpoint.path) / "run", options.out)
    print(f"{len(results)} trials, {len(whole)} of them to the end")
    print(f"best: {LOSS} {best.metrics[LOSS]:.5f} by {json.dumps(best.config)}: {options.out}")


if __name__ == "__main__":
    main()
