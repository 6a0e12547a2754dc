"""One κ answer with its ten diagnostics beside tfcausalimpact on the same panel, and a year of weekly re-estimation.

    .venv/bin/python tests/benchmarks/cannibalization.py [.venv-bench/causalimpact/bin/python]

The other interpreter has tfcausalimpact (PyPI; python -m venv .venv-bench/causalimpact, then its pip install
tfcausalimpact); without it that part is left out, and said so. It gets the treated sum and all controls, both divided
by their mean before, with its own defaults, and its clock starts after imports and one warming fit. Ours is the median
of twenty answers. Seconds are the processor's, all threads together, as others may use it too.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from reports.analysis.cannibalization import cannibalization
from reports.analysis.estimate import Estimate, record
from reports.analysis.event import Event
from reports.analysis.panel import Panel
from tests.reports.analysis.launches import OWN, launch, only_weeks

RUNS = 20
EVENTS = 20
YEAR = 52
LIMIT_MS, LIMIT_RATIO, LIMIT_YEAR = 150, 100, 60

OTHER = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
from causalimpact import CausalImpact
given = json.load(sys.stdin)
frame = pd.DataFrame(np.array(given["series"]).T, columns=["y"] + [f"x{n}" for n in range(len(given["series"]) - 1)])
periods = [0, given["before"] - 1], [given["before"], len(frame) - 1]
seconds = []
for _ in range(2):
    started = time.process_time()
    found = CausalImpact(frame, *periods)
    found.summary()
    seconds.append(time.process_time() - started)
print(json.dumps({"seconds": seconds[-1], "effect": float(found.summary_data.loc["abs_effect", "average"])}))
"""


def main() -> None:
    panel, event = launch()
    mine = sorted(_seconds(panel, event) for _ in range(RUNS))[RUNS // 2]
    print(f"one answer with ten diagnostics: {1000 * mine:.0f} ms (at most {LIMIT_MS})", flush=True)
    if len(sys.argv) > 1:
        other = _other(panel, event)
        print(f"tfcausalimpact on the same panel: {other:.1f} s, {other / mine:.0f} × ours (at least {LIMIT_RATIO})")
    else:
        print("tfcausalimpact was left out: name an interpreter that has it")
    print(f"a year of weekly answers for {EVENTS} events: {_year():.1f} s (at most {LIMIT_YEAR})")


def _seconds(panel: Panel, event: Event) -> float:
    started = time.process_time()
    answer = cannibalization(panel, event)
    taken = time.process_time() - started
    if not isinstance(answer, Estimate):
        raise SystemExit(f"The benchmark's own panel is refused: {record(answer)['reason']}")
    return taken


def _other(panel: Panel, event: Event) -> float:
    before = panel.index(event.starts)
    treated = np.isin(panel.regions, event.regions)
    own = panel.orders[OWN]
    series = np.vstack([own[treated].sum(axis=0), own[~treated]])
    series = series / series[:, :before].mean(axis=1, keepdims=True)
    given = json.dumps({"series": series.tolist(), "before": before})
    done = subprocess.run([sys.argv[1], "-c", OTHER], input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"tfcausalimpact failed: {done.stderr.strip().splitlines()[-1:]}")
    return float(json.loads(done.stdout.splitlines()[-1])["seconds"])


def _year() -> float:
    """Every event is answered anew in each week of the year after it, from what is known by then."""
    given = [launch(seed=seed, after=YEAR, ratio=0.8) for seed in range(EVENTS)]
    started = time.process_time()
    for panel, event in given:
        before = panel.index(event.starts)
        for weeks in range(1, YEAR + 1):
            cannibalization(only_weeks(panel, list(range(before + weeks))), event)
    return time.process_time() - started


if __name__ == "__main__":
    main()
