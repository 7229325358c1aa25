"""One report a month by Dagster; /srv/sandan is the folder of the repository.

For an environment that has both Dagster and this package. The op calls papermill itself, and so can
choose the engine. dagstermill's define_dagstermill_op would put its own cell in place of the notebook's
parameters and its own engine in place of ours: it is for notebooks written for Dagster.
"""

import dagster as dg
import papermill


@dg.op
def chungbuk() -> None:
    """Run the notebook; Dagster shows the exception of a cell that fails."""
    papermill.execute_notebook(
        "/srv/sandan/notebooks/region_report.ipynb",
        "/srv/sandan/outputs/dagster-2022-KR-43-ko.ipynb",
        parameters={"region": "KR-43", "round_year": 2022, "lang": "ko", "as_of": ""},
        engine_name="sandan-warm",
        progress_bar=False,
    )


@dg.job
def sandan_chungbuk() -> None:
    """Make one report."""
    chungbuk()


monthly = dg.ScheduleDefinition(
    job=sandan_chungbuk, cron_schedule="0 6 2 * *", execution_timezone="Asia/Seoul"
)
defs = dg.Definitions(jobs=[sandan_chungbuk], schedules=[monthly])
